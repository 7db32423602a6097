# What the emulator prints is there before anybody can have typed the next line.
before 'export $(grep PUSHTRAIN hub.env)' 'soon "grep -q TOKEN hub.env"'
# The control path, of an emulator that has one.
before 'curl $PUSHTRAIN_INSTANCE_URL/_control/state' 'controlled'
stands_for '00D…' 00DA7N0dcsDjfK0
controlled() {
	command pushtrain emulate -f hub.yaml --at 2022-08-20 --control >control.env &
	soon 'grep -q TOKEN control.env'
	export $(grep PUSHTRAIN control.env)
}
