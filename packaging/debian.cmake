# Run by cpack on what it has installed, before the package is made of it.
execute_process(
  COMMAND ${CPACK_PT_SOURCE_DIR}/packaging/debian ${CPACK_TEMPORARY_DIRECTORY}
          ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE} ${CPACK_PT_RELEASE_DATE}
  COMMAND_ERROR_IS_FATAL ANY)
