# Two runs: one that waits for an approval, and one whose gate did not hold.
. "$here/few.sh"
few 200
healthy
cp suite.yaml plain.yaml
before 'pushtrain approve biweekly-3.223 production --by bob' 'waits_for_approval'
before 'pushtrain approve biweekly-3.223 sandbox --by ada' 'halted_at_a_gate'
departs() {
	pushtrain plan biweekly -o plan.json && pushtrain run -q --confirm biweekly --by ada plan.json
	[ $? -eq 3 ]
}
waits_for_approval() {
	sed 's/^      - name: production$/&\n        approval: { required: true, within: 3d, four_eyes: true }/' plain.yaml >suite.yaml
	departs
}
halted_at_a_gate() {
	rm -rf .pushtrain
	sed 's/gate: { success: 97% }/gate: { success: 97%, check: { command: "exit 1" } }/' plain.yaml >suite.yaml
	departs
}
