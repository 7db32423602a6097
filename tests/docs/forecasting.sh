# Luck that --advise can do something about.
. "$here/few.sh"
few 100
healthy
sed -i 's/transient: 3%/transient: 1%/' population.yaml
