# Sourced by the cases in which somebody has to say something.
. "$e2e/live.sh"
# The production stage waits for an approval within that time.
ask_for_production() {
	sed -i "s/^      - name: production\$/&\n        approval: { required: true, within: ${1-3d}, four_eyes: true }/" suite.yaml
}
