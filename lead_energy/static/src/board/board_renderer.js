import { crmKanbanView } from "@crm/views/crm_kanban/crm_kanban_view";
import { onMounted, onPatched, onWillPatch, useEffect, useExternalListener } from "@odoo/owl";
import { LeadBoardHeader } from "./board_header";

const CONTROLS = "a, button, [role=button], [role=radio]";

/** A board that drops where the pointer is, and works without a mouse. */
export class LeadBoardRenderer extends crmKanbanView.Renderer {
    static components = {
        ...crmKanbanView.Renderer.components,
        KanbanHeader: LeadBoardHeader,
    };

    setup() {
        super.setup();
        this.drag = null;
        for (const event of ["pointermove", "pointerup", "scroll"]) {
            useExternalListener(window, event, this.followPointer, { capture: true });
        }
        const onKeydown = this.onKeydown.bind(this);
        useEffect(
            (el) => {
                el.addEventListener("keydown", onKeydown);
                return () => el.removeEventListener("keydown", onKeydown);
            },
            () => [this.rootRef.el]
        );
        useEffect(
            () => this.props.list.model.hooks.onFree?.(),
            () => [this.props.quickCreateState.groupId]
        );
        this.resIds = new Map();
        onMounted(() => this.rememberCards());
        onWillPatch(() => this.rememberFocus());
        onPatched(() => {
            this.restoreFocus();
            this.rememberCards();
        });
    }

    // ------------------------------------------------------------------ by pointer
    /** @override */
    sortStart(params) {
        super.sortStart(params);
        this.drag = { x: params.x, y: params.y, over: params.group };
        this.props.list.model.isDragging = true;
    }

    /** @override */
    sortStop(params) {
        super.sortStop(params);
        this.drag = null;
        const { model } = this.props.list;
        model.isDragging = false;
        model.hooks.onFree?.();
    }

    /** @override */
    sortRecordGroupEnter({ group }) {
        super.sortRecordGroupEnter(...arguments);
        this.drag.over = group;
    }

    /**
     * While the board scrolls below a pointer that rests, no browser says that another
     * column is there now: say it, so that a card is dropped where the pointer is.
     */
    followPointer(ev) {
        if (!this.drag) {
            return;
        }
        if (ev.type !== "scroll") {
            this.drag.x = ev.clientX;
            this.drag.y = ev.clientY;
        }
        if (ev.type === "pointermove") {
            return;
        }
        const { over, x, y } = this.drag;
        const group = [...this.rootRef.el.querySelectorAll(".o_kanban_group")].find((el) => {
            const { bottom, left, right, top } = el.getBoundingClientRect();
            return left <= x && x < right && top <= y && y < bottom;
        });
        if (group && group !== over) {
            over.dispatchEvent(new PointerEvent("pointerleave"));
            group.dispatchEvent(new PointerEvent("pointerenter"));
        }
    }

    // ----------------------------------------------------------------- by keyboard
    /** Keeps Enter and Space on a control from being taken as meant for its card. */
    onKeydown(ev) {
        const control = ev.target.closest(CONTROLS);
        if (
            !["Enter", " "].includes(ev.key) ||
            !control ||
            // the menu that is open looks after itself, and so does the form
            control.ariaExpanded === "true" ||
            control.closest(".o_kanban_quick_create")
        ) {
            return;
        }
        ev.stopPropagation();
        const isNative = control.matches("button") || (ev.key === "Enter" && control.href);
        if (!isNative) {
            ev.preventDefault();
            control.click();
        }
    }

    rememberCards() {
        this.resIds = new Map(this.props.list.records.map(({ id, resId }) => [id, resId]));
    }

    /** Who works by keyboard stays at the lead, also when its card moves. */
    rememberFocus() {
        const { activeElement } = document;
        const card = activeElement?.closest(".o_kanban_record");
        this.focused = null;
        if (card && this.rootRef.el.contains(card)) {
            const { nextElementSibling: next, previousElementSibling: previous } = card;
            this.focused = {
                isVisible: activeElement.matches(":focus-visible"),
                resIds: [card, next, previous].map((el) => this.resIds.get(el?.dataset.id)),
            };
        }
    }

    restoreFocus() {
        if (!this.focused || document.activeElement !== document.body) {
            return;
        }
        const { isVisible, resIds } = this.focused;
        const records = new Map(this.props.list.records.map((r) => [r.resId, r]));
        const found = resIds.find((resId) => records.has(resId));
        if (found) {
            const selector = `.o_kanban_record[data-id="${records.get(found).id}"]`;
            this.rootRef.el.querySelector(selector)?.focus({ preventScroll: !isVisible });
        }
    }

    // --------------------------------------------------------------------- new cards
    /**
     * A card that was told of already is not added a second time.
     *
     * @override
     */
    async validateQuickCreate(recordId, mode, group) {
        if (mode === "add" && group.list.records.some(({ resId }) => resId === recordId)) {
            this.props.quickCreateState.groupId = group.id;
            return;
        }
        return super.validateQuickCreate(...arguments);
    }
}
