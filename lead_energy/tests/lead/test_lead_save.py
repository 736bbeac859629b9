import ast
import inspect
from collections import defaultdict
from copy import deepcopy
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import TransactionCase, tagged

from ..common import LeadEnergyCommon

MODULE = "odoo.addons.lead_energy."
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


def get_own_classes(model):
    """Return our classes of a model, outermost first."""
    return [cls for cls in type(model).mro() if cls.__module__.startswith(MODULE)]


@tagged("post_install", "-at_install")
class TestLeadSave(LeadEnergyCommon):
    """One create and one write, whose order is written and not imported."""

    def test_one_class_defines_create_and_write(self):
        for name in ("create", "write"):
            owners = [
                cls.__module__.removeprefix(MODULE)
                for cls in get_own_classes(self.env["crm.lead"])
                if name in vars(cls)
            ]
            self.assertEqual(owners, ["models.lead.crm_lead"], name)

    def test_each_write_of_ours_answers(self):
        """A client that asks by XML-RPC cannot be answered with nothing."""
        draft = self.env.ref("lead_energy.score_model").copy()
        drafts = {
            record._name: record[:1]
            for record in (draft, draft.criterion_ids, draft.criterion_ids.rule_ids)
        }
        written = []
        for name in sorted(self.env.registry):
            model = self.env[name]
            owners = [cls for cls in get_own_classes(model) if "write" in vars(cls)]
            if owners and not model._abstract and not model._transient:
                everything = model.with_context(active_test=False)
                record = drafts.get(name) or everything.search([], limit=1)
                with self.subTest(name):
                    for owner in owners:
                        self.assertIs(vars(owner)["write"](record, {}), True, owner)
                written.append(name)
        self.assertLess(
            {"crm.lead", "res.partner", "ir.default", "crm.lead.touchpoint.type"},
            {*written},
        )

    def _count_queries(self, save, vals):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        save(dict(vals))
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _get_odoos_write(self, lead):
        """Return the method that ours extends."""
        owner = next(c for c in get_own_classes(lead) if "write" in vars(c))
        return super(owner, lead).write

    def test_what_is_not_ours_costs_nothing(self):
        lead = self.create_lead().with_user(self.manager)
        tags = self.env["crm.tag"].create([{"name": "A"}, {"name": "B"}])
        values = {
            "description": ("<p>a</p>", "<p>b</p>"),
            "priority": ("1", "2"),
            "color": (1, 2),
            "expected_revenue": (10, 20),
            "user_id": (self.other_rep.id, self.rep.id),
            "tag_ids": ([(6, 0, tags[:1].ids)], [(6, 0, tags[1:].ids)]),
            "active": (False, True),
        }
        for name, (with_us, without_us) in values.items():
            with self.subTest(name=name):
                # once each before, so that no cache is filled by one for the other
                for value in (without_us, with_us, without_us):
                    lead.write({name: value})
                odoo = self._count_queries(self._get_odoos_write(lead), {name: with_us})
                lead.write({name: without_us})
                ours = self._count_queries(lead.write, {name: with_us})
                self.assertLessEqual(ours, odoo)

    def test_no_step_changes_what_the_caller_gave(self):
        given = {
            "name": "PV",
            "type": "lead",
            "lead_status_id": self.status_rework.id,
            "business_card": PNG,
            "mastr_id": "see 900 000 000 001",
            "qualification": "mql",
            "lead_score": 99,
            "next_contact_date": "2030-01-01",
            "request_opt_in": True,
            "interest_ids": [(6, 0, self.photovoltaics.ids)],
        }
        before = deepcopy(given)
        leads = self.env["crm.lead"].with_user(self.rep)
        # the same values twice, as Odoo's own callers give them
        leads = leads.create([given, given])
        self.assertEqual(given, before)
        self.assertEqual(set(leads.mapped("mastr_id")), {"SEE900000000001"})
        self.assertEqual(len(set(leads.mapped("lead_number"))), 2)
        self.assertEqual(leads.lead_status_id, self.status_rework)
        for given in (
            {**before, "lead_status_id": self.status_contacted.id},
            {"type": "opportunity", "mastr_id": "see 900 000 000 002"},
        ):
            before = deepcopy(given)
            leads.write(given)
            self.assertEqual(given, before)

    def test_our_extensions_of_one_method_all_go_on(self):
        """So that none of them depends on which room was imported last."""
        for model in self.env.values():
            for name, owners in self._get_extended(model).items():
                for cls in owners:
                    code = inspect.unwrap(vars(cls)[name]).__code__
                    where = f"{cls.__module__}: {name}"
                    self.assertIn("super", code.co_names, where)
                begins = {cls for cls in type(model).mro() if name in vars(cls)}
                begins.difference_update(owners)
                self.assertTrue(begins, f"{model._name}.{name} has no beginning")

    def _get_extended(self, model):
        """Return {method: our classes}, of what several of ours extend."""
        owners = defaultdict(list)
        for cls in get_own_classes(model):
            if "_name" not in vars(cls):  # else the model begins there
                for name, member in vars(cls).items():
                    if inspect.isfunction(member):
                        owners[name].append(cls)
        return {name: classes for name, classes in owners.items() if len(classes) > 1}


class TestRooms(TransactionCase):
    """The rooms of models/ work whatever the order in which they are imported."""

    def test_each_file_imports_what_it_builds_upon(self):
        models = Path(get_module_path("lead_energy")) / "models"
        trees = {
            path: ast.parse(path.read_text())
            for path in models.rglob("*.py")
            if path.name != "__init__.py"
        }
        owners = {
            name: path
            for path, tree in trees.items()
            for name in self._get_values(tree, "_name")
            if name not in self._get_values(tree, "_inherit")
        }
        for path, tree in trees.items():
            imported = {
                part
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom)
                for part in (
                    (node.module or "").split(".")[-1],
                    *(alias.name for alias in node.names),
                )
            }
            for parent in self._get_values(tree, "_inherit"):
                owner = owners.get(parent, path)
                # Odoo needs a model to be there before it is extended
                if owner.parent != path.parent:
                    self.assertIn(owner.stem, imported, f"{path} extends {parent}")
        rooms = [
            alias.name
            for node in ast.parse((models / "__init__.py").read_text()).body
            for alias in node.names
        ]
        self.assertEqual(rooms, sorted(rooms))

    def _get_values(self, tree, name):
        """Yield the strings that the classes of a file assign to ``name``."""
        for cls in tree.body:
            for node in cls.body if isinstance(cls, ast.ClassDef) else ():
                if isinstance(node, ast.Assign) and node.targets[0].id == name:
                    value = ast.literal_eval(node.value)
                    yield from [value] if isinstance(value, str) else value
