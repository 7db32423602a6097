/* All objects that can be queried, and what their tables share. See inside.h. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "connectors/emulator/inside.h"

bool emu_id_of(struct pt_id *out, const char *text)
{
	size_t len = strlen(text);

	if (len != 15 && len != 18)
		return false;
	memcpy(out->text, text, len + 1);
	return true;
}

bool emu_scratch_reserve(struct pt_emulator *e, size_t n)
{
	uint32_t *grown;

	e->scratch.n = 0;
	if (n <= e->scratch.cap)
		return true;
	grown = realloc(e->scratch.row, n * sizeof(*grown));
	if (!grown)
		return false;
	e->scratch.row = grown;
	e->scratch.cap = n;
	return true;
}

struct pt_soql_value emu_text(const char *text)
{
	return (struct pt_soql_value){.text = text};
}

struct pt_soql_value emu_number(int64_t number)
{
	return (struct pt_soql_value){.number = number};
}

struct pt_soql_value emu_null(void)
{
	return (struct pt_soql_value){.null = true};
}

struct pt_soql_value emu_time(int64_t ms)
{
	return ms < 1 || ms == PT_NEVER ? emu_null() : emu_number(ms);
}

const char *emu_state_text(enum pt_job_state state)
{
	static const char *const texts[PT_JOB_NSTATE] = {
	    [PT_JOB_CREATED] = "Created",        [PT_JOB_PENDING] = "Pending",
	    [PT_JOB_IN_PROGRESS] = "InProgress", [PT_JOB_SUCCEEDED] = "Succeeded",
	    [PT_JOB_FAILED] = "Failed",          [PT_JOB_CANCELED] = "Canceled",
	};

	return texts[state];
}

const struct pt_soql_object *const emu_object_list[EMU_OBJECTS] = {
    &emu_package,    &emu_version,      &emu_subscriber, &emu_push_request, &emu_push_job,
    &emu_push_error, &emu_organization, &emu_user,       &emu_scratch_org,  &emu_active_scratch,
};
