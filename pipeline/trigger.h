/*
 * From tags to trains: what is known of a trigger's tags, brought up to date with those
 * that its repository has now. A tag is a train once, whatever happens to it later.
 *
 *     pt_journal_tags(&known, store, suite, train, err);
 *     pt_trigger_look(&known, &conf->trigger, &tags, now, &said, err);
 *     pt_trigger_choose(&known, now, &said, err);
 *     pt_journal_put_tags(&known, store, err);
 *     struct pt_known_tag *tag = pt_trigger_live(&known);
 *
 * The rules, in short: what was there at the first look does not depart; one tag of a train
 * waits at a time, the newest; a tag that moved or was deleted after its departure is
 * reported and no more; two tags of one id on two commits are refused until one is gone.
 * What happened is appended to `said`, a line each.
 */
#ifndef PT_PIPELINE_TRIGGER_H
#define PT_PIPELINE_TRIGGER_H

#include "config/suite.h"
#include "connectors/manifest/tags.h"
#include "pipeline/journal.h"

/* An id is at most so long, in bytes. */
enum { PT_TRAIN_ID_MAX = 63 };

/* PT_E_INVALID for one that cannot name a train: empty, too long, or with control characters. */
int pt_trigger_check_id(const char *id, struct pt_err *err) PT_MUSTUSE;

/*
 * Takes in the tags as they are now. New ones wait; at the first look at that repository
 * and pattern they count as seen. PT_E_LIMIT when the pattern backtracks too much.
 */
int pt_trigger_look(struct pt_known_tags *known, const struct pt_trigger_conf *conf,
		    const struct pt_tags *tags, int64_t now_ms, struct pt_buf *said,
		    struct pt_err *err) PT_MUSTUSE;

/* Leaves one tag alone that may depart, and says why of the others. */
int pt_trigger_choose(struct pt_known_tags *known, int64_t now_ms, struct pt_buf *said,
		      struct pt_err *err) PT_MUSTUSE;

/* The one that waits, is planned, departs or is refused and may be tried again; NULL: none. */
struct pt_known_tag *pt_trigger_live(const struct pt_known_tags *known);

/* A person wants it to depart though it was there before; nothing changes when it has, or is to.
   PT_E_NOTFOUND; PT_E_REFUSED when it was skipped. */
int pt_trigger_wish(struct pt_known_tags *known, const char *tag, int64_t now_ms,
		    struct pt_err *err) PT_MUSTUSE;

/* Brings a tag to a state, with words or NULL; true when either is another than before. */
int pt_trigger_set(bool *changed_out, struct pt_known_tags *known, struct pt_known_tag *tag,
		   enum pt_tag_state state, const char *words, int64_t now_ms,
		   struct pt_err *err) PT_MUSTUSE;

/* "waiting", "departed", …; the words of every report. */
const char *pt_tag_state_text(enum pt_tag_state state);

#endif
