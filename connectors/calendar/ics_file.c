#include "connectors/calendar/ics_file.h"
int pt_ics_file_close(struct pt_closing *closing, const char *path, struct pt_err *err)
{
	(void)closing;
	return pt_err_set(err, PT_E_UNSUPPORTED, "%s: calendar files are not read yet", path);
}
