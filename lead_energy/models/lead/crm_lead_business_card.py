import base64
from io import BytesIO

# Odoo registers few formats; phones also take WebP
from PIL import Image, WebPImagePlugin  # noqa: F401

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.image import IMAGE_MAX_RESOLUTION, image_fix_orientation

MAX_SIDE = 1920


class CrmLead(models.Model):
    """A picture of the business card, as a phone takes it at a fair."""

    _inherit = "crm.lead"

    business_card = fields.Image(max_width=MAX_SIDE, max_height=MAX_SIDE)

    @api.model
    def _shrink_business_card(self, vals):
        """Shrink the picture, also those formats that Odoo's field takes as they are.

        :raise UserError: it is no picture, or too large to be read
        """
        if not vals.get("business_card"):
            return
        image = self._read_business_card(vals["business_card"])
        if image.format in ("JPEG", "PNG") and max(image.size) <= MAX_SIDE:
            return
        output_format = "PNG" if image.mode in ("RGBA", "LA", "P") else "JPEG"
        image = image_fix_orientation(image)
        image = image.convert("RGBA" if output_format == "PNG" else "RGB")
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
        output = BytesIO()
        image.save(output, output_format, quality=85, optimize=True)
        vals["business_card"] = base64.b64encode(output.getvalue())

    @api.model
    def _read_business_card(self, value):
        try:
            image = Image.open(BytesIO(base64.b64decode(value)))
            if image.width * image.height > IMAGE_MAX_RESOLUTION:
                raise Image.DecompressionBombError
            image.load()
        except Image.DecompressionBombError as error:
            raise UserError(
                self.env._(
                    "The picture of the business card has more than %(limit)s "
                    "megapixels: take it with a lower resolution.",
                    limit=int(IMAGE_MAX_RESOLUTION / 1e6),
                )
            ) from error
        except (OSError, SyntaxError, TypeError, ValueError) as error:
            raise UserError(
                self.env._(
                    "The business card is not a picture that can be shown: choose a "
                    "JPEG, PNG or WebP file."
                )
            ) from error
        return image

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "business_card"]
