# A run that has ended with some orgs left, one of whom is asked for.
. "$here/few.sh"
few 600
stands_for 00D5e000000Xyz1 00D1UMGBtD0tSeF
pushtrain plan biweekly -o plan.json >/dev/null
pushtrain run -q --confirm biweekly plan.json >/dev/null
