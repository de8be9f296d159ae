# What a newcomer types. Everything else is an npm script: npm run.
.PHONY: demo test install bench interop faults packages clean

demo: install
	bin/netferry demo

test: install
	npm test

bench: install
	npm run bench:path

interop: install
	scripts/install-interop.sh
	npm run interop

faults: install
	scripts/install-interop.sh
	npm run faults -- --quick

packages: install
	scripts/install-packaging.sh
	npm run --silent packages

install: node_modules/.package-lock.json

node_modules/.package-lock.json: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

clean:
	rm -rf node_modules dist
