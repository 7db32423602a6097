# Run by cpack on what it has installed, before the package is made of it: what Debian's policy
# wants and other systems do not: compressed man pages, its changelog and copyright file.
set(root ${CPACK_TEMPORARY_DIRECTORY}/usr)
set(doc ${root}/share/doc/pushtrain)
set(date ${CPACK_PT_RELEASE_DATE})
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  set(epoch $ENV{SOURCE_DATE_EPOCH})
else()
  execute_process(COMMAND date -u -d "${date} 12:00" +%s OUTPUT_VARIABLE epoch
                  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()
execute_process(COMMAND date -u -R -d @${epoch} OUTPUT_VARIABLE stamp ENVIRONMENT_MODIFICATION LC_ALL=set:C
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
