# Sourced by the cases of live runs: a small population and a plan for it.
small() {
	sed -i 's/^orgs: .*/orgs: 600/; /stuck:/d; /not_yet:/d' population.yaml
}
make_plan() {
	"$pushtrain" plan --at 2022-08-20 --start 2022-08-23T18:00 -o plan.json "$@" >/dev/null
}
# A suite of six packages whose train takes seconds, for runs in real time.
quick() {
	cat >suite.yaml <<-'END'
		suite: quick
		timezone: America/Los_Angeles
		connectors:
		  sim: { type: simulated, population: population.yaml, poll: 1s }
		defaults: { connector: sim, tag: '^rel/(?<version>\d+\.\d+(?:\.\d+)?)$' }
		packages:
		  - { name: npe01, git: repos/Contacts_and_Organizations.git }
		  - { name: npo02, git: repos/Households.git, needs: { npe01: "3.0" } }
		trains:
		  hot:
		    offset: 1s
		    topup: 1s
		    stages:
		      - { name: sandbox, orgs: { type: Sandbox }, soak: 1s }
		      - { name: production, orgs: { type: Production } }
		    repush: { passes: 1, after: 1s }
	END
	cat >population.yaml <<-'END'
		orgs: 60
		bundles: [{ packages: [npe01, npo02], share: rest }]
		installed: { previous: rest }
		latencies: { job_duration: { typical: 300ms, max: 1s } }
		api: { latency: { typical: 20ms, max: 100ms } }
	END
}
no_pids() {
	sed -E 's/process [0-9]+/process PID/'
}
