#!/bin/sh
# The one entry: sets up what is missing, then runs the demo, the tests, the checks, a benchmark or a crmdesk command.
# Needs git, python3 (3.11 to 3.13) and python3-venv; everything else is made here, in .venv.
set -eu
# Without compiled modules every start of the program compiles it anew, which takes longer than the start itself.
unset PYTHONDONTWRITEBYTECODE

here=$(pwd)
root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
cd "$root"
venv="$root/.venv"
python="$venv/bin/python"
uv_pin='uv==0.13.9'

qt_packages='libegl1 libgl1 libx11-6 libdbus-1-3 libfontconfig1 libfreetype6 libglib2.0-0 libxkbcommon0'
x11_packages='libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxkbcommon-x11-0'
font_packages='fonts-dejavu-core fonts-noto-core fonts-noto-cjk'

run_tests() { # the suite, in four processes, as each often waits
    export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
    for argument; do
        case $argument in tests/* | *.py*) exec "$python" -m pytest "$@" ;; esac
    done
    "$python" -m pytest -m 'not long' "$@" -n 4 --dist loadfile --ignore=tests/e2e --ignore=tests/faults --ignore=tests/model --ignore=tests/pbx
}

run_proofs() { # what takes longer: the model of it all, real processes killed, networks cut, disks filled, planted mistakes, whole programs
    export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
    status=0
    long=$(grep -rl --include='test_*.py' 'mark\.long' tests)
    # shellcheck disable=SC2086  # one word for each file
    "$python" -m pytest -n 4 --dist worksteal -m long "$@" tests/model tests/faults $long || status=1
    case " $* " in *' --ignore=tests/e2e '*) return $status ;; esac
    "$python" -m pytest -n 2 --dist loadfile -m long "$@" tests/e2e || status=1
    return $status
}

usage() {
    cat <<'USAGE'
usage: ./run.sh COMMAND [arguments]

  demo [--check]      a phone system plays, an agent's and a supervisor's desk work; --check: without a window
  test [...]          the tests; arguments go to pytest
  prove [...]         longer proofs among real processes: whole programs, kill -9, cut networks, full disks; arguments go to pytest
  check               ruff, mypy --strict, the import contract and the guards
  bench NAME [...]    a benchmark; without a name: the list
  soak --minutes N    sync played at random with everything that can fail, [--seed S]; prints what it did and found
  soak --crashes all  desks killed at every numbered point (lasting: where something outlasts the program); --minutes N
  soak --typing N     desks killed N times while somebody types in every place; tells the worst loss in each
  pictures [FOLDER]   every page, light and dark, 1366x768 and 1920x1080, at 100 and 200 %; --only NAME
  bundle              the desktop as a folder that needs no Python, in dist/
  translate           brings the translations up to date with the program's words; --new CODE begins one; --check
  lock                write requirements.lock anew from pyproject.toml
  crmdesk [...]       the program itself: crmdesk --help
USAGE
}

say() { printf '%s\n' "$*" >&2; }

stop() { # CODE WORDS...
    code=$1
    shift
    say "$@"
    exit "$code"
}

# Set-up ---------------------------------------------------------------------------------------------------------------

find_python() {
    for candidate in python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    stop 3 'crmdesk needs Python 3.11, 3.12 or 3.13. On Debian or Ubuntu: sudo apt-get install python3 python3-venv'
}

make_venv() {
    # Through a link it would be another checkout's that is cleared, under whoever works there.
    [ ! -L "$venv" ] || stop 3 '.venv is a link: it is made anew only where it lies. Run this there, or remove the link.'
    base=$(find_python)
    "$base" -c 'import ensurepip, venv' 2>/dev/null ||
        stop 3 "Python's venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"
    say "Making .venv with $("$base" --version) ..."
    "$base" -m venv --clear "$venv"
}

install_packages() {
    say 'Installing the locked packages (the first time takes about half a minute) ...'
    "$python" -m pip install -qq --disable-pip-version-check "$uv_pin"
    UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 VIRTUAL_ENV="$venv" \
        "$venv/bin/uv" pip install --quiet --python "$python" --require-hashes -r requirements.lock
    # PySide compiles its own Python parts at every start unless they are unpacked, once, into its folder.
    SBK_EMBED=0 "$python" -c 'from shiboken6 import Shiboken' &&
        "$python" -m compileall -q "$venv"/lib/python3*/site-packages/shiboken6/files.dir || say 'Starts take a little longer.'
    # The project itself runs from this folder; there is nothing to build.
    printf '%s\n' "$root" >"$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/crmdesk.pth"
}

works_here() { # a .venv that was moved, or whose Python is gone, is made anew
    "$python" -c 'import pip' >/dev/null 2>&1 && grep -q "$python" "$venv/bin/pip"
}

stamp() { # what the installed packages depend on: the lock, the place, the Python
    { cat requirements.lock && printf '%s %s %s\n' "$root" "$uv_pin" "$("$python" -V 2>&1)"; } | sha256sum | cut -d' ' -f1
}

set_up() {
    if [ -x "$python" ] && [ "$(cat "$venv/.stamp" 2>/dev/null)" = "$(stamp)" ]; then
        return
    fi
    (
        # Two runs at once: the second waits here and finds the work done. The lock is on this very file.
        if command -v flock >/dev/null 2>&1; then flock 9; fi
        if [ -x "$python" ] && [ "$(cat "$venv/.stamp" 2>/dev/null)" = "$(stamp)" ]; then exit 0; fi
        if ! works_here; then make_venv; fi
        install_packages
        stamp >"$venv/.stamp"
    ) 9<"$root/run.sh"
}

# Libraries of the system that Qt loads --------------------------------------------------------------------------------

missing_for() { # PLUGIN: the libraries that the loader does not find for a platform plugin
    for file in "$venv"/lib/python3*/site-packages/PySide6/Qt/plugins/platforms/"$1" \
        "$venv"/lib/python3*/site-packages/PySide6/QtWidgets.abi3.so; do
        LC_ALL=C ldd "$file" 2>/dev/null | sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p'
    done | sort -u | tr '\n' ' '
}

with_display() { [ -n "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; }

apt_install() { # quiet unless it fails
    words=$(DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" 2>&1 </dev/null) && return
    say "$words"
    return 1
}

is_root_on_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

need_qt() {
    [ ! -e "$venv/.qt-libraries" ] || return 0
    offscreen=$(missing_for libqoffscreen.so)
    x11=$(missing_for libqxcb.so)
    if [ -n "$offscreen$x11" ] && is_root_on_debian; then
        say 'Installing the libraries that Qt needs from this system ...'
        apt-get -qq update </dev/null || say 'apt-get update failed; going on with the lists that are there.'
        # shellcheck disable=SC2086
        apt_install $qt_packages $x11_packages || true
        offscreen=$(missing_for libqoffscreen.so)
        x11=$(missing_for libqxcb.so)
    fi
    if [ -n "$offscreen" ] || { [ -n "$x11" ] && with_display; }; then
        say "Qt does not find these libraries of the system: $(printf '%s\n' $offscreen $x11 | sort -u | tr '\n' ' ')"
        if command -v apt-get >/dev/null 2>&1; then
            say 'Install them, then run this again:'
            say "  sudo apt-get update && sudo apt-get install -y $qt_packages $x11_packages"
        else
            say 'Install the packages of your system that hold them, then run this again.'
        fi
        exit 3
    fi
    if is_root_on_debian && ! dpkg -s fonts-noto-core fonts-noto-cjk >/dev/null 2>&1; then
        say 'Installing fonts for names in other scripts ...'
        # shellcheck disable=SC2086
        apt_install $font_packages || say 'They could not be installed; such names may show as boxes.'
    fi
    : >"$venv/.qt-libraries"
}

# Commands -------------------------------------------------------------------------------------------------------------

run_check() {
    failed=''
    step() {
        say "== $*"
        "$@" || failed="$failed $(basename "$1")"
    }
    step "$venv/bin/ruff" check .
    step "$venv/bin/ruff" format --check .
    step "$venv/bin/mypy"
    step "$venv/bin/lint-imports"
    QT_QPA_PLATFORM=offscreen step "$python" -m pytest -q -p no:cacheprovider tests/guards
    long=$(git ls-files -- '*.py' | xargs wc -l | awk '$2 != "total" && $1 > 400 {print "  " $1 "  " $2}' | sort -rn)
    [ -z "$long" ] || say "Modules over 400 lines; has each still one reason to change?
$long"
    [ -z "$failed" ] || stop 1 "FAILED:$failed"
    say 'All checks passed.'
}

run_bench() {
    if [ $# -eq 0 ]; then
        say 'usage: ./run.sh bench NAME [--json] [...]; benchmarks:'
        for file in benchmarks/*.py; do
            name=$(basename "$file" .py)
            case $name in _* | common) ;; *) say "  $name: $(sed -n '1s/^"""//; 1s/"""$//; 1p' "$file")" ;; esac
        done
        exit 2
    fi
    name=$1
    shift
    [ -f "benchmarks/$name.py" ] || stop 2 "There is no benchmark $name; ./run.sh bench lists them."
    exec "$python" -m "benchmarks.$name" "$@"
}

need_bundler() { # PyInstaller reads libraries with objdump and takes Python's own along
    shared=$("$python" -c 'import os, sysconfig as s; print(os.path.join(s.get_config_var("LIBDIR"), s.get_config_var("INSTSONAME")))')
    if command -v objdump >/dev/null 2>&1 && [ -e "$shared" ]; then return; fi
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    packages="binutils libpython$version"
    if is_root_on_debian; then
        say "Installing $packages ..."
        apt-get -qq update </dev/null || true
        # shellcheck disable=SC2086
        apt_install $packages && return
    fi
    stop 3 "A bundle needs objdump and Python as a shared library: sudo apt-get install -y $packages"
}

run_bundle() {
    need_bundler
    "$python" -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath build/pyinstaller crmdesk.spec
    sh tests/frozen/check.sh dist/crmdesk
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
demo | test | prove | check | bench | soak | pictures | bundle | translate | lock | crmdesk) ;;
-h | --help | help) usage; exit 0 ;;
'') usage >&2; exit 2 ;;
*) usage >&2; stop 2 "There is no command $command." ;;
esac

set_up
case $command in
demo)
    need_qt
    exec "$python" -m crmdesk demo "$@"
    ;;
test)
    need_qt
    run_tests "$@"
    ;;
prove)
    need_qt
    run_proofs "$@"
    ;;
check)
    need_qt
    run_check
    ;;
bench)
    [ $# -eq 0 ] || need_qt
    run_bench "$@"
    ;;
soak)
    case " $* " in *' --typing '*) need_qt ;; esac
    exec "$python" -m tests.faults.soak "$@"
    ;;
pictures)
    need_qt
    exec "$python" -m tests.support.all_pictures "$@"
    ;;
bundle)
    need_qt
    run_bundle
    ;;
translate)
    exec "$python" -m tests.support.translating "$@"
    ;;
lock)
    exec "$venv/bin/uv" pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --group dev --group bundle pyproject.toml -o requirements.lock
    ;;
crmdesk)
    case ${1:-desktop} in desktop | demo | self-check) need_qt ;; esac
    cd "$here" # files that are named lie where the person is
    exec "$python" -m crmdesk "$@"
    ;;
esac
