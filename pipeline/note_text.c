/* What happened, in one line a note. See report.h. */
#include "base/instant.h"
#include "pipeline/report.h"

static void where(struct pt_buf *out, const struct pt_note *note, const struct pt_note_names *names)
{
	if (note->pass)
		pt_buf_printf(out, "pass %u", note->pass);
	else
		pt_buf_printf(out, "batch %u", names->batch + 1);
	if (names->window_zone)
		pt_buf_printf(out, ", %s", names->window_zone);
	pt_buf_printf(out, " %s %s: ", names->package, names->version);
}

void pt_note_words_by(struct pt_buf *out, const struct pt_note *note,
		      const struct pt_note_names *names)
{
	unsigned long long a = note->a, b = note->b, c = note->c, d = note->d;
	char when[PT_INSTANT_TEXT], took[PT_DURATION_TEXT];

	switch (note->kind) {
	case PT_NOTE_STAGE_WAVES:
		pt_buf_printf(out,
			      "begins: %llu orgs, %llu pushes, %llu excluded, %llu already current",
			      d, a, b, c);
		break;
	case PT_NOTE_WAVE_OPENED:
		where(out, note, names);
		pt_buf_printf(out, "wave opens, %llu ready, %llu held", a, b);
		break;
	case PT_NOTE_WAVE_TOPUP:
		where(out, note, names);
		pt_buf_printf(out, "tops up, %llu more ready, %llu still held", a, b);
		break;
	case PT_NOTE_WAVE_DONE:
		where(out, note, names);
		pt_buf_printf(out, "%llu pushed, %llu at target, %llu failed", a, b, c);
		if (d)
			pt_buf_printf(out, ", %llu held", d);
		break;
	case PT_NOTE_PASS_OPENED:
		pt_buf_printf(out, "re-push pass %u%s begins", note->pass, a ? " by hand" : "");
		break;
	case PT_NOTE_PASS_PACKAGE:
		where(out, note, names);
		pt_buf_printf(out, "%llu pushed again", a);
		break;
	case PT_NOTE_PASS_DONE:
		pt_buf_printf(out, "re-push pass %u done", note->pass);
		break;
	case PT_NOTE_SOAKING:
		pt_buf_printf(out, "soaks until %s",
			      pt_zone_text(when, names->zone, note->until_ms));
		break;
	case PT_NOTE_STAGE_DONE:
		pt_buf_printf(out, "ends: %llu at target, %llu failed, %llu held: %.2f%% success",
			      a, b, c, note->ppm / 10000.0);
		break;
	case PT_NOTE_FOREIGN:
		where(out, note, names);
		pt_buf_printf(out, "%llu orgs are being upgraded by somebody else", a);
		break;
	case PT_NOTE_HALTED:
		pt_buf_printf(out, "HALTED: %s", note->text);
		break;
	case PT_NOTE_PAUSED:
		pt_buf_printf(out, "pauses: %llu of the day's %llu API calls are used; again at %s",
			      a, b, pt_zone_text(when, names->zone, note->until_ms));
		break;
	case PT_NOTE_CLOSED:
		where(out, note, names);
		pt_buf_printf(out, "%llu orgs had not started when the hours ended; again at %s", a,
			      pt_zone_text(when, names->zone, note->until_ms));
		break;
	case PT_NOTE_LATE:
		where(out, note, names);
		pt_buf_printf(out, "LATE: the platform started %llu orgs after the hours had ended",
			      a);
		break;
	case PT_NOTE_APPROVAL:
		pt_buf_str(out, "waits for an approval");
		if (note->until_ms != PT_NEVER)
			pt_buf_printf(out, " until %s",
				      pt_zone_text(when, names->zone, note->until_ms));
		break;
	case PT_NOTE_APPROVED:
		pt_buf_printf(out, "approved by %s", note->text);
		break;
	case PT_NOTE_REFUSED:
		pt_buf_printf(out, "not approved: %s", note->text);
		break;
	case PT_NOTE_EXCUSED:
		pt_buf_printf(out, "may go on all the same, says %s", note->text);
		break;
	case PT_NOTE_CHECKING:
		pt_buf_printf(out, "its gate's check runs: %s", note->text);
		break;
	case PT_NOTE_CHECKED:
		pt_buf_printf(out, "its gate's check holds: %s", note->text);
		break;
	case PT_NOTE_SILENT:
		pt_buf_printf(
		    out, "NO ANSWER for %s: how jobs go cannot be read, and is asked again: %s",
		    pt_duration_human(took, (int64_t)note->a), note->text);
		break;
	case PT_NOTE_ENDED:
		/* One that is halted may go on. */
		pt_buf_str(out, a ? "the train is halted, nothing is under way any more"
				  : "the train has ended");
		break;
	case PT_NOTE_NKIND:
		break;
	}
}

void pt_note_words(struct pt_buf *out, const struct pt_note *note, const struct pt_plan *plan)
{
	const struct pt_train_package *package = &plan->setup.train->package[note->package];
	const struct pt_stage_conf *stage = &plan->setup.conf->stage[note->stage];
	char version[PT_VERSION_TEXT];
	struct pt_note_names names = {.package = package->name,
				      .version = pt_version_text(version, &package->version),
				      .batch = pt_slot_batch(stage, note->slot),
				      .zone = plan->setup.zone};

	if (pt_stage_nzone(stage) > 1)
		names.window_zone =
		    pt_stage_zone_name(plan->setup.suite, stage, pt_slot_zone(stage, note->slot));
	pt_note_words_by(out, note, &names);
}

void pt_note_text(struct pt_buf *out, const struct pt_note *note, const struct pt_plan *plan)
{
	char when[PT_INSTANT_TEXT];

	pt_buf_printf(out, "%s  %s: ", pt_zone_text(when, plan->setup.zone, note->at_ms),
		      plan->setup.conf->stage[note->stage].name);
	pt_note_words(out, note, plan);
	pt_buf_char(out, '\n');
}
