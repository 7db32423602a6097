# What 'cmake --install' puts where, and the Debian package that 'cpack' makes of it.
install(TARGETS pushtrain RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${CMAKE_BINARY_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
        FILES_MATCHING PATTERN *.1)
install(DIRECTORY ${CMAKE_BINARY_DIR}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man5
        FILES_MATCHING PATTERN *.5)

set(shells ${CMAKE_SOURCE_DIR}/completions)
install(FILES ${shells}/pushtrain.bash RENAME pushtrain
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${shells}/_pushtrain DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${shells}/pushtrain.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

install(FILES README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
# Repositories that make-repos made are not part of an example.
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} USE_SOURCE_PERMISSIONS
        PATTERN repos EXCLUDE PATTERN repo EXCLUDE PATTERN .* EXCLUDE)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pushtrain)
set(CPACK_PACKAGE_CONTACT "The pushtrain maintainers <maintainers@pushtrain.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "ships a suite of managed packages by push upgrade")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"pushtrain ships a suite of interdependent Salesforce managed packages to
every customer org by push upgrade. It reads what depends on what from git
tags, orders the packages, pushes them in waves, holds back each org until
the base has arrived there, and pushes again until everything that can have
the new version has it.

Runs are journalled and survive a crash at any instant; every train can be
rehearsed on a simulated platform first.")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Time zones are read from its files.
set(CPACK_DEBIAN_PACKAGE_DEPENDS tzdata)
# git fetches repositories that are named by address; without, only those at a path are read.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, git")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/packaging/debian.cmake)
set(CPACK_PT_SOURCE_DIR ${CMAKE_SOURCE_DIR})
set(CPACK_PT_RELEASE_DATE ${PT_RELEASE_DATE})
include(CPack)
