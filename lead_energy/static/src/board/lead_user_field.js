import { Avatar } from "@mail/views/web/fields/avatar/avatar";
import { KanbanMany2OneAvatarUserField } from "@mail/views/web/fields/many2one_avatar_user_field/kanban_many2one_avatar_user_field";
import { registry } from "@web/core/registry";
import { KanbanMany2One } from "@web/views/fields/many2one/many2one";

class LeadAvatar extends Avatar {
    static template = "lead_energy.LeadAvatar";
    static props = { ...Avatar.props, person: String };
}

class LeadAssign extends KanbanMany2One {
    static template = "lead_energy.LeadAssign";
}

/** Whose lead it is, on a card: told to who does not see the picture, too. */
export class LeadUserField extends KanbanMany2OneAvatarUserField {
    static template = "lead_energy.LeadUserField";
    static components = { Avatar: LeadAvatar, KanbanMany2One: LeadAssign };
}

registry.category("fields").add("lead_user", {
    ...registry.category("fields").get("kanban.many2one_avatar_user"),
    component: LeadUserField,
});
