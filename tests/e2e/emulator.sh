# Sourced by the cases that talk to the emulator: a suite of three packages with a connector
# `hub` to it, and functions that start it and ask it things.
hub_suite() {
	cat >suite.yaml <<-'END'
		suite: three
		timezone: Europe/Berlin
		connectors:
		  hub:
		    type: salesforce
		    instance_url: ${PUSHTRAIN_INSTANCE_URL}
		    timeout: 2s
		    auth: { access_token: { env: PUSHTRAIN_ACCESS_TOKEN } }
		  rehearsal: { type: simulated, population: population.yaml }
		defaults: { connector: hub, tag: '^v(?<version>\d+\.\d+)$' }
		packages:
		  - { name: core, namespace: core, git: core.git }
		  - { name: app, namespace: app, git: app.git, needs: { core: "1.1" } }
		  - { name: ext, namespace: ext, git: ext.git, needs: { app: "2.1" } }
		trains:
		  weekly:
		    offset: 4h
		    stages:
		      - { name: sandbox, orgs: { type: Sandbox } }
		      - { name: production, orgs: { type: Production } }
		    repush: { passes: 3, after: 1h, every: 12h }
	END
	cat >population.yaml <<-'END'
		orgs: 60
		sandboxes: 30%
		bundles: [{ packages: all, share: rest }]
		installed: { previous: rest }
		failures: { transient: 10%, permanent: 3% }
		latencies: { start_delay: { typical: 20m, max: 1h }, job_duration: { typical: 20m, max: 1h } }
	END
	printf 'needs: {}\n' >pushtrain.yaml
	for release in core.git:v1.0 core.git:v1.1 app.git:v2.0 app.git:v2.1 ext.git:v3.0 ext.git:v3.1; do
		"$commit_files" "${release%:*}" "${release#*:}" pushtrain.yaml pushtrain.yaml
	done
}
start_emulator() {
	: >emulator.out
	"$pushtrain" emulate --at 2026-02-01 "$@" >emulator.out 2>emulator.err &
	emulator=$!
	trap 'kill $emulator 2>/dev/null; wait $emulator' EXIT
	while kill -0 $emulator 2>/dev/null && ! grep -q TOKEN emulator.out; do sleep 0.05; done
	PUSHTRAIN_INSTANCE_URL=$(sed -n 's/^PUSHTRAIN_INSTANCE_URL=//p' emulator.out)
	PUSHTRAIN_ACCESS_TOKEN=$(sed -n 's/^PUSHTRAIN_ACCESS_TOKEN=//p' emulator.out)
	export PUSHTRAIN_INSTANCE_URL PUSHTRAIN_ACCESS_TOKEN
}
stop_emulator() {
	kill $emulator
	wait $emulator
	echo "emulator: exit status $?"
}
# rest METHOD PATH [BODY [TYPE]]: the status and the body. PATH is below /services/data/v62.0/
# unless it begins with a slash.
rest() {
	local path=$2
	[ "${path#/}" != "$path" ] || path=/services/data/v62.0/$path
	curl -s -g -X "$1" -H "Authorization: Bearer $PUSHTRAIN_ACCESS_TOKEN" \
		-H "Content-Type: ${4:-application/json}" ${3+--data-binary "$3"} -w '\n%{http_code}\n' \
		"$PUSHTRAIN_INSTANCE_URL$path" | no_urls
}
soql() {
	rest GET "query?q=$(printf %s "$1" | sed 's/%/%25/g; s/ /+/g; s/&/%26/g')"
}
no_urls() {
	sed -E 's#http://127.0.0.1:[0-9]+#URL#g; s#emulated\.[0-9a-f]+#TOKEN#g'
}
