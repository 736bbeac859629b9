# Everything is done by tools/dev, whose head names the environment it heeds.
.DEFAULT_GOAL := help
VERBS := run test lint doctor stop clean shell psql test-odoo pot bench load mutants screenshots
.PHONY: help $(VERBS)

help:
	@echo 'make run [PORT=8069]  start Odoo with the addons and demo data (admin, admin)'
	@echo 'make test [T=...]     run every test, or what the pytest arguments T choose'
	@echo 'make lint             check code, XML and translations'
	@echo 'make doctor           tell what this machine has, and what it lacks'
	@echo 'make stop             end Odoo and PostgreSQL'
	@echo 'make clean            remove all that the other commands have made'
	@echo 'make shell, psql      Python or SQL on the database of "make run"'
	@echo 'make test-odoo        run the tests of crm and sale_crm without and with the addons'
	@echo 'make pot              export the terms to translate'
	@echo 'make bench            measure; ends Odoo first'
	@echo 'make load             let 40 reps work, on Odoo and on ours; takes 20 minutes'
	@echo 'make mutants [T=...]  change the code, see whether tests notice; takes hours'
	@echo 'make screenshots      take the pictures of the documentation'

$(VERBS):
	@tools/dev $@ $(if $(filter test mutants,$@),$(T))
