# Sourced by node/bin/vireo and sim/bin/vireo-sim: finds a Java, builds the executable jar when it is missing or older than its
# sources, and replaces the shell by the program. Not a command of its own.
#
#   JAVA_HOME        the Java to use; else the java of the PATH
#   VIREO_JAVA_OPTS  further flags for the JVM, separated by blanks; they come last and so win
#   VIREO_BUILD      "never": run the jar that is there, whatever its age; make no archive of its classes either

fail() {
    echo "$program: $*" >&2
    exit 2
}

# Prints the path behind all symbolic links.
resolve() {
    local path=$1 link
    while [ -L "$path" ]; do
        link=$(readlink "$path")
        case $link in
            /*) path=$link ;;
            *) path=$(dirname "$path")/$link ;;
        esac
    done
    echo "$(cd -P "$(dirname "$path")" && pwd)/$(basename "$path")"
}

find_java() {
    if [ -n "${JAVA_HOME:-}" ]; then
        java=$JAVA_HOME/bin/java
        [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it; correct or unset it"
    else
        java=$(command -v java) || fail "no java found: install a JDK of version 17 or newer, or set JAVA_HOME to one"
    fi
    local version release
    release=$(dirname "$(dirname "$(resolve "$java")")")/release
    # The file says it without the cost of starting a JVM.
    version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$release" 2>/dev/null || true)
    if [ -z "$version" ]; then
        version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1) || true
    fi
    java_version=${version//[!0-9A-Za-z._+-]/}
    java_major=${version#1.}
    java_major=${java_major%%[!0-9]*}
    [ -n "$java_major" ] || fail "cannot tell the version of $java; set JAVA_HOME to a JDK of version 17 or newer"
    [ "$java_major" -ge 17 ] || fail "$java is Java $version, but 17 or newer is needed; set JAVA_HOME to one"
}

# True if the jar is missing, or older than a source it is made of.
needs_build() {
    [ -f "$jar" ] || return 0
    [ "${VIREO_BUILD:-}" != never ] || return 1
    local module sources=("$root/pom.xml")
    for module in $modules; do
        [ -d "$root/$module/src/main" ] || return 1
        sources+=("$root/$module/pom.xml" "$root/$module/src/main")
    done
    [ -n "$(find "${sources[@]}" -newer "$jar" \( -type f -o -type d \) -print 2>/dev/null | head -n 1)" ]
}

build() {
    local maven log
    if [ "${VIREO_BUILD:-}" = never ]; then
        fail "$jar does not exist, and VIREO_BUILD=never forbids to build it"
    fi
    if ! maven=$(command -v mvn); then
        if [ -f "$jar" ]; then
            echo "$program: the sources are newer than $jar, but there is no mvn to build it; running it as it is" >&2
            return
        fi
        fail "$jar does not exist, and there is no mvn in the PATH to build it (Maven 3.8.7 or newer)"
    fi
    # One builds, the others wait and then find the jar. The lock is on a file that is there anyway.
    exec 9<"$root/pom.xml"
    if command -v flock >/dev/null; then
        flock 9
    fi
    if needs_build; then
        echo "$program: building ${jar#"$root"/}, which takes some seconds (the first time Maven may have to download its plugins)" >&2
        log=$(mktemp "${TMPDIR:-/tmp}/$program-build.XXXXXX")
        if ! "$maven" -B -q -f "$root/pom.xml" -pl "${modules##* }" -am -Dmaven.test.skip=true -Dspotless.check.skip=true package \
            >"$log" 2>&1 9<&- </dev/null; then
            cat "$log" >&2
            rm -f "$log"
            fail "the build failed, see above"
        fi
        rm -f "$log"
        [ -f "$jar" ] || fail "the build ended without an error, but $jar is not there"
        touch "$jar"
    fi
    exec 9<&-
}

# Sets archive to a file with the parsed classes of the jar, made by this Java with these flags; or to nothing where that cannot be. A JVM
# that maps it starts with half of the work (docs/PERFORMANCE.md). Made once for each build of the jar and each version of Java; an empty
# file says that it could not be made and is not to be tried again.
find_archive() {
    archive=${jar%.jar}-$java_version.jsa
    case $archive in
        *:*) archive= && return ;; # the JVM would take it for two
    esac
    if [ ! "$archive" -nt "$jar" ]; then
        if [ "${VIREO_BUILD:-}" = never ] || [ ! -w "$(dirname "$jar")" ]; then
            archive=
            return
        fi
        make_archive "$@"
    fi
    [ -s "$archive" ] || archive=
}

# In a directory of its own, so that an end in the middle leaves nothing behind. Who comes meanwhile makes one as well, and the last one
# stays: all are alike.
make_archive() {
    making=$(mktemp -d "$archive.XXXXXX") || return 0
    if [ -t 2 ]; then
        echo "$program: making an archive of its classes, so that later starts are faster" >&2
    fi
    trap 'end_archive 130' INT
    trap 'end_archive 143' TERM
    # Not the settings of the operator's cluster: the warm-up has one of its own.
    (
        for name in "${!VIREO_@}"; do
            unset "$name"
        done
        exec "$java" "$@" "-Djava.io.tmpdir=$making" "-XX:ArchiveClassesAtExit=$making/made" -jar "$jar" warm-up
    ) >/dev/null 2>&1 </dev/null &
    making_pid=$!
    if wait "$making_pid" && [ -s "$making/made" ]; then
        mv -f "$making/made" "$archive"
    else
        : >"$archive"
    fi
    trap - INT TERM
    rm -rf "$making"
}

# Ctrl-C or SIGTERM while the archive is made: nothing is started.
end_archive() {
    kill "$making_pid" 2>/dev/null || true
    wait "$making_pid" 2>/dev/null || true
    rm -rf "$making"
    exit "$1"
}

# Other systems do not know the flag, and where they are off the JVM would say so on the standard output.
has_huge_pages() {
    grep -qsE '\[(always|madvise)\]' /sys/kernel/mm/transparent_hugepage/enabled
}

launch() {
    find_java
    if needs_build; then
        build
    fi
    # Small heaps and few threads: a collector with threads of its own would only take cores from the shards.
    local flags=(-XX:+UseSerialGC -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError)
    if [ "$program" = vireo-sim ]; then
        # Room for the garbage of some runs: each collection copies what the run under way holds, and then has it in the old generation.
        # A heap that is too small for it takes less, and the JVM may not talk about it on the standard output.
        flags+=(-XX:NewSize=256m -Xlog:gc+ergo=off)
        if has_huge_pages; then
            # A run walks through all of that room: with small pages a good part of its time goes into looking up where they are.
            flags+=(-XX:+UseTransparentHugePages)
        fi
    fi
    if [ "$java_major" -ge 24 ]; then
        flags+=(--sun-misc-unsafe-memory-access=allow)
    fi
    if [ "$program" = vireo ]; then
        find_archive "${flags[@]}"
        if [ -n "$archive" ]; then
            # An archive that does not fit is left aside by the JVM, which may not talk about it on the standard output.
            flags+=("-XX:SharedArchiveFile=$archive" "-Xlog:cds*=off")
        fi
    fi
    local extra
    read -r -a extra <<<"${VIREO_JAVA_OPTS:-}"
    flags+=(${extra[@]+"${extra[@]}"})
    exec "$java" "${flags[@]}" -jar "$jar" "$@"
}
