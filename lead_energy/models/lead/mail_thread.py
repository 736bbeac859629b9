from xmlrpc.client import Binary

from odoo import api, models

from ...tools import mail_repair


class MailThread(models.AbstractModel):
    """Mails that break the rules arrive all the same."""

    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        if isinstance(message, Binary):
            message = bytes(message.data)
        elif isinstance(message, str):
            message = message.encode("utf-8", "replace")
        message = mail_repair.mend_source(message)
        return super().message_process(model, message, *args, **kwargs)

    @api.model
    def message_parse(self, message, save_original=False):
        mail_repair.mend(message)
        values = super().message_parse(message, save_original=save_original)
        body = values["body"]
        values = {name: mail_repair.clean(value) for name, value in values.items()}
        values["body"] = body.replace("\0", "")
        values["attachments"] = [
            attachment._replace(fname=mail_repair.clean(attachment.fname)[-200:])
            for attachment in values["attachments"]
        ]
        return values
