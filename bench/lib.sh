# shellcheck shell=bash
# Shared by the measurements beside it.

bench_home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../e2e/images/lib.sh
. "$bench_home/e2e/images/lib.sh"
# shellcheck source=../scripts/env.sh
. "$bench_home/scripts/env.sh"

# The middle one of the numbers on stdin, one a line.
median() {
    sort -n | awk '{ n[NR] = $1 } END { if (NR) printf "%.2f\n", NR % 2 ? n[(NR + 1) / 2] : (n[NR / 2] + n[NR / 2 + 1]) / 2 }'
}

# ratio A B: A / B to two places.
ratio() {
    awk -v a="$1" -v b="$2" 'BEGIN { if (b + 0 > 0) printf "%.2f\n", a / b; else print "-" }'
}

# utime + stime of the processes in hundredths of a second (proc(5); the kernel's unit is 1/100 s on every architecture we run on).
cpu_ticks() {
    local pid sum=0 fields
    for pid in "$@"; do
        fields=$(sed 's/.*) //' "/proc/$pid/stat")
        # shellcheck disable=SC2086 # a word each
        set -- $fields
        sum=$((sum + ${12} + ${13}))
    done
    printf '%s\n' "$sum"
}

machine_description() {
    printf '%s, %s CPUs, Linux %s' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$(uname -r)"
}

# write_table NAME: puts stdin into docs/PERFORMANCE.md between the markers of that name, at the end when they are not there.
write_table() {
    local name=$1 page=$bench_home/docs/PERFORMANCE.md text
    text=$(mktemp)
    cat >"$text"
    [[ -e $page ]] || printf '# Performance\n\nEach table is made by the command above it, beside the best peer in the same run.\n' >"$page"
    # shellcheck disable=SC2016 # not a command to run
    grep -qF "<!-- $name -->" "$page" || printf '\n## `%s`\n\n<!-- %s -->\n<!-- end of %s -->\n' "$name" "$name" "$name" >>"$page"
    awk -v begin="<!-- $name -->" -v end="<!-- end of $name -->" -v text="$text" '
        $0 == end { while ((getline line < text) > 0) print line; inside = 0 }
        !inside { print }
        $0 == begin { inside = 1 }' "$page" >"$page.new"
    mv "$page.new" "$page"
    rm -f "$text"
    sed -n "\|<!-- $name -->|,\|<!-- end of $name -->|p" "$page"
}
