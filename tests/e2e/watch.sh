# Sourced by the cases of watch: two packages whose trigger is the second one's repository.
watch_suite() {
	cat >suite.yaml <<-'EOF'
		suite: two
		timezone: Europe/Berlin
		connectors:
		  sim: { type: simulated, population: population.yaml }
		defaults: { connector: sim, tag: '^v(?<version>\d+\.\d+(?:\.\d+)?)$' }
		packages:
		  - { name: core, namespace: core, git: core.git }
		  - { name: app, namespace: app, git: app.git, needs: { core: "1.1" } }
		trains:
		  weekly:
		    trigger: { repo: app.git, tag: '^v(?<id>\d+\.\d+)$' }
		    upgrade: minor
		    offset: 4h
		    stages:
		      - { name: sandbox, orgs: { type: Sandbox }, soak: 2d }
		      - { name: production, orgs: { type: Production } }
		  hotfix:
		    extends: weekly
		    trigger: { repo: app.git, tag: '^v(?<id>\d+\.\d+\.\d+)$' }
		    upgrade: patch
		    overlap: supersede
		    settle: 1h
		    offset: 1h
		    stages:
		      - { name: sandbox, soak: 2h }
	EOF
	cat >population.yaml <<-'EOF'
		orgs: 60
		sandboxes: 30%
		bundles: [{ packages: all, share: rest }]
		installed: { previous: rest }
	EOF
	printf 'needs: {}\n' >pushtrain.yaml
	tag core.git v1.0
	tag core.git v1.1
	tag core.git v1.1.1
	tag app.git v2.0
	tag app.git v2.1
}
# tag REPOSITORY TAG [TIME]: a new release; commits are of 2026-01-01 and the days after, and so is
# a tag without a time of its own.
tag() {
	"$commit_files" "$1" "$2" pushtrain.yaml pushtrain.yaml
	[ $# -eq 2 ] || stamp "$1" "$2" "$2" "$3"
}
# stamp REPOSITORY TAG OBJECT TIME: an annotated tag of that time, in place of what is there.
stamp() {
	GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org GIT_COMMITTER_DATE="$4+0000" \
		git -C "$1" tag -f -a -m "Release $2" "$2" "$3^{}" >/dev/null
}
# look TIME ARGS...: what watch says and does at that time of the virtual clock.
look() {
	local at=$1
	shift
	"$pushtrain" watch --once -q --at "$at" "$@"
	echo "[$?]"
}
runs() {
	"$pushtrain" status --json | grep -E '"(run|state)"'
}
# states: what became of each tag, of every train that is watched.
states() {
	"$pushtrain" watch --once --json -q --at "$@" 2>/dev/null |
		grep -E '"(train|tag|state|run|reason|deleted|moved_to)"' |
		grep -v -e null -e false | sed -E 's/^ +"/  "/'
}
# soon COMMAND: until it is so, or it takes too long.
soon() {
	for _ in {1..400}; do
		! eval "$1" || return 0
		sleep 0.1
	done
	echo "never: $1"
	exit 1
}
