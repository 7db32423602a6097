# One train that waits for bob before production; and, from "When it halts" on, one that halted.
. "$here/few.sh"
few 600
adds check --at 2022-08-20
sed -i 's/^      - name: production$/&\n        approval: { required: true, within: 3d, four_eyes: true }/' suite.yaml
before "pushtrain approve biweekly-3.223 sandbox --by bob --reason 'the test was wrong'" true
asked=0
# 'pushtrain status' of a run is asked for twice: as it waits, and as it halted.
before 'pushtrain status biweekly-3.223' '[ $((asked++)) -eq 0 ] || halted'
halted() {
	rm -rf .pushtrain
	sed -i 's/gate: { success: 97% }/gate: { check: { command: "echo smoke test: 1 of 40 failed; false" } }/' suite.yaml
	command pushtrain plan biweekly --at 2022-08-20 --start 2022-08-23T18:00 -o halting.json
	command pushtrain run -q --confirm biweekly --by ada halting.json
	[ $? -eq 3 ]
}
