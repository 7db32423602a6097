/* From tags to trains: which tag may depart, and what is said of the others. */
#include "pipeline/trigger.h"

#include "tests/test.h"

struct world {
	struct pt_known_tags known;
	struct pt_trigger_conf conf;
	struct pt_buf said;
	int64_t now_ms;
};

static void begin(struct world *world)
{
	*world = (struct world){
	    .known = {.suite = "suite", .train = "weekly"},
	    .conf = {.repo = "x/a.git", .repo_text = "a.git", .tag = "^(?:v|w)(?<id>.*)$"}};
}

static void end(struct world *world)
{
	pt_known_tags_release(&world->known);
	pt_buf_release(&world->said);
}

static int by_name(const void *a, const void *b)
{
	const struct pt_known_tag *x = a, *y = b;

	return strcmp(x->row.tag, y->row.tag);
}

/* `tags`: "name:object" words; the commit is the object's. */
static void look(struct world *world, const char *tags, const char *said)
{
	char copy[512], *rest = copy;
	struct pt_tags list = PT_TAGS_INIT;
	struct pt_buf text = PT_BUF_INIT;
	struct pt_err err = PT_ERR_INIT;

	snprintf(copy, sizeof(copy), "%s", tags);
	for (char *word; (word = strtok_r(rest, " ", &rest));) {
		char *object = strchr(word, ':');

		*object++ = '\0';
		for (int i = 0; i < PT_OID_TEXT - 1; i++)
			pt_buf_char(&text, *object);
		pt_buf_printf(&text, "\trefs/tags/%s\n", word);
	}
	assert_int_equal(pt_tags_parse(&list, pt_buf_text(&text), text.len, &err), 0);
	pt_buf_clear(&world->said);
	world->now_ms++;
	if (world->known.n)
		qsort(world->known.tag, world->known.n, sizeof(*world->known.tag), by_name);
	assert_int_equal(
	    pt_trigger_look(&world->known, &world->conf, &list, world->now_ms, &world->said, &err),
	    0);
	assert_int_equal(pt_trigger_choose(&world->known, world->now_ms, &world->said, &err), 0);
	assert_string_equal(pt_buf_text(&world->said), said);
	pt_tags_release(&list);
	pt_buf_release(&text);
}

static void assert_live(const struct world *world, const char *tag)
{
	const struct pt_known_tag *live = pt_trigger_live(&world->known);

	assert_string_equal(live ? live->row.tag : "none", tag);
}

PT_TEST(tags_of_the_first_look_do_not_depart_and_later_ones_do)
{
	struct world world;

	begin(&world);
	look(&world, "v1:a x2:a",
	     "train weekly: first look at its trigger; tags that are there do not depart: 1\n");
	assert_live(&world, "none");
	look(&world, "v1:a x2:a", "");
	look(&world, "v1:a x2:a v2:b", "train weekly: tag v2 is new: train weekly 2\n");
	assert_live(&world, "v2");
	look(&world, "v1:a x2:a v2:b", "");
	end(&world);
}

PT_TEST(another_repository_or_pattern_is_a_first_look_again)
{
	struct world world;

	begin(&world);
	look(&world, "v1:a",
	     "train weekly: first look at its trigger; tags that are there do not depart: 1\n");
	world.conf.repo = "elsewhere/a.git"; /* seen from another folder it is the same */
	look(&world, "v1:a", "");
	world.conf.repo_text = "https://me:secret@example.org/b.git";
	look(&world, "v1:a v2:a",
	     "train weekly: first look at its trigger; tags that are there do not depart: 1\n");
	assert_live(&world, "none");
	assert_string_equal(world.known.watched.repo, "https://example.org/b.git");
	end(&world);
}

PT_TEST(the_newest_departs_by_when_it_was_seen_and_then_by_its_version)
{
	struct world world;

	begin(&world);
	look(&world, "",
	     "train weekly: first look at its trigger; tags that are there do not depart: 0\n");
	look(&world, "v1.9:a v1.10:b",
	     "train weekly: tag v1.10 is new: train weekly 1.10\n"
	     "train weekly: tag v1.9 is new: train weekly 1.9\n"
	     "train weekly: tag v1.9 is skipped: tag v1.10 came before it departed\n");
	assert_live(&world, "v1.10");
	look(&world, "v1.9:a v1.10:b v1.2:c",
	     "train weekly: tag v1.2 is new: train weekly 1.2\n"
	     "train weekly: tag v1.10 is skipped: tag v1.2 came before it departed\n");
	assert_live(&world, "v1.2");
	end(&world);
}

PT_TEST(what_departed_stays_departed_however_its_tag_moves)
{
	struct world world;
	struct pt_err err = PT_ERR_INIT;
	bool changed = false;

	begin(&world);
	look(&world, "",
	     "train weekly: first look at its trigger; tags that are there do not depart: 0\n");
	look(&world, "v1:a", "train weekly: tag v1 is new: train weekly 1\n");
	assert_int_equal(pt_trigger_set(&changed, &world.known, pt_trigger_live(&world.known),
					PT_TAG_DEPARTED, NULL, 9, &err),
			 0);
	assert_true(changed);
	look(&world, "v1:b",
	     "train weekly: tag v1 moved from aaaaaaaaaaaa to bbbbbbbbbbbb, and does not depart "
	     "for that\n");
	look(&world, "v1:b", "");
	look(&world, "", "train weekly: tag v1 was deleted\n");
	look(&world, "", "");
	look(&world, "v1:b w1:c",
	     "train weekly: tag w1 is new: train weekly 1\n"
	     "train weekly: tag w1 is skipped: tag v1 gives the id 1 too, on another commit\n");
	assert_live(&world, "none");
	end(&world);
}

PT_TEST(two_tags_of_one_id_depart_only_when_they_are_one_commit)
{
	struct world world;

	begin(&world);
	look(&world, "",
	     "train weekly: first look at its trigger; tags that are there do not depart: 0\n");
	look(&world, "v1:a w1:a",
	     "train weekly: tag v1 is new: train weekly 1\n"
	     "train weekly: tag w1 is new: train weekly 1\n"
	     "train weekly: tag w1 is skipped: tag v1 gives the id 1 too, on the same commit\n");
	assert_live(&world, "v1");
	look(&world, "v1:a w1:a v2:a w2:b",
	     "train weekly: tag v2 is new: train weekly 2\n"
	     "train weekly: tag w2 is new: train weekly 2\n"
	     "train weekly: tag v2 is refused: tag w2 gives the id 2 too, on another commit\n"
	     "train weekly: tag w2 is refused: tag v2 gives the id 2 too, on another commit\n"
	     "train weekly: tag v1 is skipped: tag v2 came before it departed\n");
	end(&world);
}

PT_TEST(ids_that_cannot_name_a_train_are_refused)
{
	struct pt_err err = PT_ERR_INIT;
	char longest[PT_TRAIN_ID_MAX + 2];

	memset(longest, 'x', sizeof(longest));
	longest[PT_TRAIN_ID_MAX] = '\0';
	assert_int_equal(pt_trigger_check_id(longest, &err), 0);
	longest[PT_TRAIN_ID_MAX] = 'x';
	longest[PT_TRAIN_ID_MAX + 1] = '\0';
	assert_int_equal(pt_trigger_check_id(longest, NULL), -PT_E_INVALID);
	assert_int_equal(pt_trigger_check_id("", NULL), -PT_E_INVALID);
	assert_int_equal(pt_trigger_check_id("a\033b", NULL), -PT_E_INVALID);
	assert_int_equal(pt_trigger_check_id("a\302\233b", NULL), -PT_E_INVALID);
	assert_int_equal(pt_trigger_check_id("M\303\244rz/1", &err), 0);
}

PT_TEST_MAIN(PT_RUN(tags_of_the_first_look_do_not_depart_and_later_ones_do),
	     PT_RUN(another_repository_or_pattern_is_a_first_look_again),
	     PT_RUN(the_newest_departs_by_when_it_was_seen_and_then_by_its_version),
	     PT_RUN(what_departed_stays_departed_however_its_tag_moves),
	     PT_RUN(two_tags_of_one_id_depart_only_when_they_are_one_commit),
	     PT_RUN(ids_that_cannot_name_a_train_are_refused))
