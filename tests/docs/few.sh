# Sourced by pages that run trains: fewer orgs of the example, of the releases of 2022-08-20.
few() {
	sed -i "s/^orgs: .*/orgs: $1/; /stuck:/d; /not_yet:/d" population.yaml
	adds plan --at 2022-08-20 --start 2022-08-23T18:00
	adds rehearse --at 2022-08-20 --start 2022-08-23T18:00
}
# Nobody fails for good.
healthy() {
	sed -i '/permanent:/d; /^packages:/d' population.yaml
}
