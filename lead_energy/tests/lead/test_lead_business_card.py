import base64
from io import BytesIO

from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import LeadEnergyCommon


def picture(size, file_format, mode="RGB"):
    output = BytesIO()
    Image.new(mode, size).save(output, file_format)
    return base64.b64encode(output.getvalue())


@tagged("post_install", "-at_install")
class TestLeadBusinessCard(LeadEnergyCommon):
    def open_card(self, lead):
        return Image.open(BytesIO(base64.b64decode(lead.business_card)))

    def test_a_photo_of_any_format_is_shrunk(self):
        for file_format in ("JPEG", "PNG", "WEBP", "GIF"):
            with self.subTest(file_format):
                lead = self.create_lead(
                    business_card=picture((4000, 3000), file_format)
                )
                self.assertEqual(self.open_card(lead).size, (1920, 1440))
                lead.business_card = picture((3000, 4000), file_format)
                self.assertEqual(self.open_card(lead).size, (1440, 1920))

    def test_a_small_picture_is_kept_and_can_be_removed(self):
        small = picture((300, 200), "PNG")
        lead = self.create_lead(business_card=small)
        self.assertEqual(lead.business_card, small)
        lead.business_card = False
        self.assertFalse(lead.business_card)

    def test_what_is_no_picture_is_refused_with_a_reason(self):
        cut_off = base64.b64decode(picture((900, 900), "JPEG"))[:300]
        for content in (b"no picture", b"<svg xmlns='x'/>", b"%PDF-1.4", cut_off):
            with (
                self.subTest(content[:8]),
                self.assertRaisesRegex(UserError, "not a picture"),
            ):
                self.create_lead(business_card=base64.b64encode(content))

    def test_over_50_megapixels_is_refused_with_a_reason(self):
        lead = self.create_lead()
        with self.assertRaisesRegex(UserError, "more than 50 megapixels"):
            lead.business_card = picture((10000, 5001), "PNG", mode="1")
        lead.business_card = picture((10000, 5000), "PNG", mode="1")
        self.assertEqual(self.open_card(lead).size, (1920, 960))
