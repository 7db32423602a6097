# There is no suite file yet.
rm suite.yaml population.yaml
