/*
 * The JSON Schema of suite files (draft 7), for editors. It is docs/suite.schema.json as of when
 * the program was built; tests hold it against what pt_suite_read() takes.
 */
#ifndef PT_CONFIG_SUITE_SCHEMA_H
#define PT_CONFIG_SUITE_SCHEMA_H

extern const char pt_suite_schema[];

#endif
