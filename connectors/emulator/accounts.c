/*
 * What a client asks of the org itself before it trusts it: who it is, who the user
 * is, and that it is a Dev Hub. See inside.h.
 */
#include "connectors/emulator/inside.h"

static uint32_t one_row(void *context)
{
	(void)context;
	return 1;
}

static uint32_t no_row(void *context)
{
	(void)context;
	return 0;
}

static bool find_none(void *context, uint32_t *out, const char *id)
{
	(void)context;
	(void)out;
	(void)id;
	return false;
}

static const struct pt_soql_field organization_fields[] = {
    {"Id", PT_SOQL_ID, EMU_FSG, NULL, NULL},
    {"Name", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"InstanceName", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"NamespacePrefix", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"OrganizationType", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
    {"IsSandbox", PT_SOQL_BOOL, EMU_FSG, NULL, NULL},
    {"TrialExpirationDate", PT_SOQL_TIME, EMU_FSG, NULL, NULL},
};

static struct pt_soql_value organization_value(void *context, uint32_t row, size_t field,
					       char *room)
{
	(void)context;
	(void)row;
	(void)room;
	switch (field) {
	case 0:
		return emu_text(EMU_ORG_ID);
	case 1:
		return emu_text("Emulated packaging org");
	case 2:
		return emu_text("EMU1");
	case 4:
		return emu_text("Developer Edition");
	case 5:
		return emu_number(0);
	default:
		return emu_null();
	}
}

static bool organization_find(void *context, uint32_t *out, const char *id)
{
	(void)context;
	*out = 0;
	return pt_id_same(id, EMU_ORG_ID);
}

const struct pt_soql_object emu_organization = {
    .name = "Organization",
    .field = organization_fields,
    .nfield = PT_ARRAY_LEN(organization_fields),
    .nrow = one_row,
    .value = organization_value,
    .find = organization_find,
};

static const struct pt_soql_field user_fields[] = {
    {"Id", PT_SOQL_ID, EMU_FSG, NULL, NULL},
    {"Username", PT_SOQL_STRING, EMU_FSG, NULL, NULL},
};

static struct pt_soql_value user_value(void *context, uint32_t row, size_t field, char *room)
{
	(void)context;
	(void)row;
	(void)room;
	return emu_text(field == 0 ? EMU_USER_ID : EMU_USER_NAME);
}

static bool user_find(void *context, uint32_t *out, const char *id)
{
	(void)context;
	*out = 0;
	return pt_id_same(id, EMU_USER_ID);
}

const struct pt_soql_object emu_user = {
    .name = "User",
    .field = user_fields,
    .nfield = PT_ARRAY_LEN(user_fields),
    .nrow = one_row,
    .value = user_value,
    .find = user_find,
};

/* That they can be asked for is what makes a Dev Hub. */
static const struct pt_soql_field scratch_fields[] = {
    {"Id", PT_SOQL_ID, EMU_FSG, NULL, NULL},
};

static struct pt_soql_value no_value(void *context, uint32_t row, size_t field, char *room)
{
	(void)context;
	(void)row;
	(void)field;
	(void)room;
	return emu_null();
}

const struct pt_soql_object emu_scratch_org = {
    .name = "ScratchOrgInfo",
    .field = scratch_fields,
    .nfield = PT_ARRAY_LEN(scratch_fields),
    .nrow = no_row,
    .value = no_value,
    .find = find_none,
};

const struct pt_soql_object emu_active_scratch = {
    .name = "ActiveScratchOrg",
    .field = scratch_fields,
    .nfield = PT_ARRAY_LEN(scratch_fields),
    .nrow = no_row,
    .value = no_value,
    .find = find_none,
};
