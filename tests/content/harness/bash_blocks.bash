# Runs the bash blocks of one entry in order in one shell, in an empty directory.
# Called by tests.content.runner as `bash bash_blocks.bash <mark> <block file or "status:block file"> ...`.
# A block with an expected exit status runs in a subshell, because `set -e` would end this shell with it.
set -euo pipefail
__mark=$1
shift
for __block in "$@"; do
  case $__block in
    *:*)
      set +e
      (set -e; . "${__block#*:}")
      __status=$?
      set -e
      printf '%s{"raised": "%d", "detail": "exit status %d"}%s' "$__mark" "$__status" "$__status" "$__mark"
      [ "$__status" = "${__block%%:*}" ] || exit 0
      ;;
    *)
      . "$__block"
      printf '%s{"raised": null, "detail": ""}%s' "$__mark" "$__mark"
      ;;
  esac
done
printf '%s{"versions": {"bash": "%s"}}%s' "$__mark" "${BASH_VERSION%%[(-]*}" "$__mark"
