# Sourced by the cases about audiences: a suite of three packages, ext on app on core, of which
# app needs core since its last release. three TRAIN-KEYS STAGES [AUDIENCE]: its suite file.
three() {
	cat >suite.yaml <<-END
		suite: three
		timezone: Europe/Berlin
		connectors: { rehearsal: { type: simulated, population: population.yaml } }
		defaults: { tag: '^v(?<version>\d+\.\d+)\$' }
		packages:
		  - { name: core, namespace: core, git: core.git }
		  - { name: app, namespace: app, git: app.git }
		  - { name: ext, namespace: ext, git: ext.git }
		${3:-}
		trains:
		  weekly: { $1stages: [ $2 ], repush: { passes: 1 } }
	END
	if [ ! -d core.git ]; then
		printf 'needs: {}\n' >none.yaml
		printf 'needs: { core: "1.1" }\n' >core.yaml
		printf 'needs: { app: "2.1" }\n' >app.yaml
		"$commit_files" core.git v1.0 pushtrain.yaml none.yaml
		"$commit_files" core.git v1.1 pushtrain.yaml none.yaml
		"$commit_files" app.git v2.0 pushtrain.yaml none.yaml
		"$commit_files" app.git v2.1 pushtrain.yaml core.yaml
		"$commit_files" ext.git v3.0 pushtrain.yaml none.yaml
		"$commit_files" ext.git v3.1 pushtrain.yaml app.yaml
	fi
}
# people ORGS: who has them; a tenth has app and ext without core.
people() {
	cat >population.yaml <<-END
		orgs: $1
		sandboxes: 30%
		instances: { production: { NA1..3: 60, EU1..2: 40 }, sandbox: { CS1: 100 } }
		bundles:
		  - { packages: all, share: rest }
		  - { packages: [app, ext], share: 10%, incomplete: true }
		installed: { previous: rest, at_target: 20% }
	END
}
