# What a newcomer types. Everything else is an npm script: npm run.
.PHONY: demo test install bench interop faults packages images clean

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

# Another engine: make images DOCKER=podman
DOCKER = docker
images: install
	npm run --silent packages -- --only binary
	for target in agent ingest; do \
	  $(DOCKER) build -f packaging/docker/Dockerfile --target $$target -t netferry-$$target . || exit 1; \
	done

install: node_modules/.package-lock.json

node_modules/.package-lock.json: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

clean:
	rm -rf node_modules dist
