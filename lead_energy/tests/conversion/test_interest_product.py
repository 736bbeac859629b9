from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .test_lead_conversion import ConversionCommon


@tagged("post_install", "-at_install")
class TestInterestProduct(ConversionCommon):
    """How much of a product a quotation starts with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line = cls.photovoltaics.product_line_ids
        cls.battery = cls.env["product.product"].create({"name": "Battery"})

    def assertQuantity(self, quantity, **amounts):
        lead = self.create_lead(**amounts)
        self.assertAlmostEqual(self.line._get_quantity(lead), quantity)

    def test_a_fixed_quantity_is_the_factor(self):
        self.assertQuantity(1)
        self.line.factor = 2.5
        self.assertQuantity(2.5, planned_power_kwp=30)
        self.line.rounding = "up"
        self.assertQuantity(3)

    def test_a_quantity_comes_from_each_amount_of_the_profile(self):
        amounts = {
            "planned_power_kwp": 9.9,
            "planned_storage_kwh": 7.5,
            "annual_consumption_kwh": 4000,
        }
        for name, amount in amounts.items():
            with self.subTest(name):
                self.line.write({"quantity_from": name, "factor": 1})
                self.assertQuantity(amount, **amounts)
                self.assertQuantity(1)  # the lead does not tell

    def test_rounding_goes_up_to_what_is_whole_and_stays_there(self):
        self.line.write(
            {"quantity_from": "planned_power_kwp", "factor": 2.2, "rounding": "up"}
        )
        for amount, quantity in ((9.9, 22), (10, 22), (5, 11), (0.1, 1)):
            with self.subTest(amount):
                self.assertQuantity(quantity, planned_power_kwp=amount)
        self.line.factor = 0.1
        self.assertQuantity(3, planned_power_kwp=30)

    def test_a_manager_says_it_in_the_form_and_a_quotation_follows(self):
        with Form(self.photovoltaics.with_user(self.manager)) as form:
            with form.product_line_ids.edit(0) as line:
                line.quantity_from = "planned_power_kwp"
                line.factor = 2.2
                line.rounding = "up"
            with form.product_line_ids.new() as line:
                line.product_id = self.battery
                line.quantity_from = "planned_storage_kwh"
        lead = self.create_full_lead(planned_power_kwp=9.9, planned_storage_kwh=7.5)
        self.convert(lead, result="quotation")
        lines = lead.order_ids.order_line.filtered("product_id")
        self.assertEqual(
            [(line.product_id, line.product_uom_qty) for line in lines],
            [(self.product, 22), (self.battery, 7.5)],
        )

    def test_an_archived_product_is_left_out(self):
        self.product.active = False
        lead = self.create_full_lead()
        self.convert(lead, result="quotation")
        self.assertFalse(lead.order_ids.order_line)

    def test_products_are_set_and_found_as_before(self):
        self.line.factor = 3
        self.photovoltaics.product_ids += self.battery
        self.assertEqual(self.photovoltaics.product_line_ids.mapped("factor"), [3, 1])
        self.photovoltaics.product_ids = self.battery
        self.assertEqual(self.photovoltaics.product_line_ids.product_id, self.battery)
        interests = self.env["crm.lead.interest"]
        domain = [("product_ids", "in", self.battery.ids)]
        self.assertEqual(interests.search(domain), self.photovoltaics)
        domain = [("product_ids", "not in", self.battery.ids)]
        self.assertNotIn(self.photovoltaics, interests.search(domain))

    def test_a_copy_has_the_quantities_too(self):
        self.line.factor = 3
        self.assertEqual(self.photovoltaics.copy().product_line_ids.factor, 3)

    def test_a_rep_may_read_quantities_and_not_change_them(self):
        self.assertEqual(self.line.with_user(self.rep).factor, 1)
        with self.assertRaises(AccessError):
            self.line.with_user(self.rep).factor = 2
