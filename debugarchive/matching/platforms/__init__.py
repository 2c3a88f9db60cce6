"""One module a platform; each has ``find``: lines of a text → the faults in it, the likeliest first."""

from debugarchive.matching.faults import Finder
from debugarchive.matching.platforms import (
    dotnet,
    golang,
    javascript,
    jvm,
    mysql,
    native,
    oracle,
    perl,
    php,
    postgresql,
    python,
    ruby,
    rust,
    shells,
    sqlite,
    sqlserver,
    tools,
    typescript,
)

# The order decides between platforms that read one line in two ways: the pickier first.
FINDERS: tuple[Finder, ...] = (
    python.find,
    jvm.find,
    dotnet.find,
    javascript.find,
    php.find,
    ruby.find,
    golang.find,
    rust.find,
    typescript.find,
    native.find,
    tools.find_docker,
    postgresql.find,
    mysql.find,
    sqlite.find,
    sqlserver.find,
    oracle.find,
    tools.find_git,
    tools.find_npm,
    tools.find_pip,
    shells.find,
    perl.find,
)
