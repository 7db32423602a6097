# cmake -DFROM=FILE -DTO=FILE.c -DNAME=name -P embed.cmake: a text as an array of C, which
# ends in a NUL. Compilers need not take a literal of that length.
file(READ ${FROM} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE ${TO} "/* Made from ${NAME}. */\n#include \"config/suite_schema.h\"\n\nconst char pt_suite_schema[] = {\n${bytes}0x00};\n")
