/* What an emulator is without its sockets. See inside.h. */
#include <stdlib.h>

#include "connectors/emulator/inside.h"

static int count_versions(struct pt_emulator *e, struct pt_err *err)
{
	const struct pt_sim_packages *packages = pt_platform_packages(e->platform);

	e->first_version = calloc((size_t)packages->n + 1, sizeof(*e->first_version));
	if (!e->first_version)
		return pt_err_nomem(err);
	for (uint32_t p = 0; p < packages->n; p++)
		e->first_version[p + 1] = e->first_version[p] + packages->item[p].nversion;
	return 0;
}

int emu_new(struct pt_emulator **out, struct pt_platform *platform,
	    const struct pt_emulator_conf *conf, struct pt_err *err)
{
	struct pt_emulator *e = calloc(1, sizeof(*e));
	int rc;

	if (!e)
		return pt_err_nomem(err);
	e->platform = platform;
	e->conf = *conf;
	e->conf.token = NULL;
	if (e->conf.page_rows == 0)
		e->conf.page_rows = EMU_PAGE_ROWS;
	for (size_t i = 0; i < EMU_OBJECTS; i++)
		e->object[i] = *emu_object_list[i];
	e->schema = (struct pt_soql_schema){e->object, EMU_OBJECTS, e};
	e->now_ms = conf->start_ms;
	rc = count_versions(e, err);
	if (rc == 0)
		rc = pt_faults_new(&e->faults, conf->seed, conf->fault_ppm, err);
	if (rc == 0)
		rc = emu_token_add(e, conf->token, err);
	if (rc < 0)
		emu_free(e);
	else
		*out = e;
	return rc;
}

void emu_free(struct pt_emulator *e)
{
	if (!e)
		return;
	emu_ingest_free(e);
	emu_cursors_free(e);
	pt_faults_free(e->faults);
	pt_buf_release(&e->log);
	free(e->scratch.row);
	free(e->first_version);
	free(e->token);
	free(e);
}
