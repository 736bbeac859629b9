"""What a cell of an imported file means, however people write it.

Pure functions on text; what depends on records is in ``wizards/base_import_import.py``.
"""

import re
from datetime import date, datetime

# column names as companies write them, beside the labels that Odoo compares already
COLUMNS = {
    "lead_number": "lead number, lead no, lead no., leadnummer, lead-nr, lead-nr., "
    "lead nr, lead nr., lead-nummer, nummer",
    "name": "subject, title, lead, betreff, titel, thema, anliegen, bezeichnung",
    "partner_name": "company, company name, organisation, organization, account, "
    "firma, firmenname, unternehmen, unternehmensname",
    "contact_name": "contact, contact name, contact person, kontakt, kontaktperson, "
    "ansprechpartner, ansprechpartnerin, name des ansprechpartners",
    "function": "job title, job position, position, function, funktion, stellung",
    "email_from": "email, e-mail, mail, email address, e-mail address, e-mail-adresse, "
    "mailadresse, emailadresse",
    "phone": "phone, phone number, telephone, mobile, tel, tel., telefon, "
    "telefonnummer, rufnummer, mobil, mobiltelefon, handy",
    "website": "website, web, url, homepage, webseite, internet, internetseite",
    "street": "street, address, straße, strasse, anschrift, adresse",
    "street2": "street 2, street2, straße 2, adresszusatz, zusatz",
    "zip": "zip, zip code, postal code, postcode, plz, postleitzahl",
    "city": "city, town, ort, stadt, wohnort",
    "country_id": "country, land",
    "state_id": "state, federal state, bundesland",
    "influence_id": "influence, role in decision, einfluss, rolle, "
    "entscheidungsbefugnis",
    "company_size_id": "size, company size, employees, number of employees, größe, "
    "groesse, unternehmensgröße, firmengröße, mitarbeiter, mitarbeiterzahl",
    "industry_id": "industry, sector, branche, wirtschaftszweig",
    "need_id": "need, urgency, demand, bedarf, dringlichkeit",
    "source_id": "source, lead source, origin, quelle, leadquelle, "
    "lead-quelle, herkunft",
    "volume_id": "volume, order volume, order value, volumen, auftragsvolumen, "
    "auftragswert",
    "interest_ids": "interests, interest, products, topics, interessen, interesse, "
    "interessensschwerpunkte, interessenschwerpunkte, schwerpunkte, "
    "interessensschwerpunkt, themen",
    "lead_status_id": "status, lead status, leadstatus, lead-status",
    "user_id": "salesperson, sales rep, owner, responsible, verkäufer, verkäuferin, "
    "vertriebsmitarbeiter, bearbeiter, zuständig, verantwortlich, verantwortlicher",
    "team_id": "sales team, team, verkaufsteam, vertriebsteam",
    "appointment_user_id": "employee for the appointment, appointment with, "
    "mitarbeiter für den termin, terminmitarbeiter, termin mit",
    "follow_up_user_id": "follow-up by, follow up by, nachbetreuung durch, "
    "nachbetreuer, betreuer",
    "follow_up_until": "follow-up until, follow up until, nachbetreuung bis, "
    "betreuung bis",
    "next_contact_date": "next contact, next contact date, follow-up date, "
    "folgetermin, "
    "nächster kontakt, wiedervorlage, nächster termin",
    "send_info_material": "send information material, send material, information "
    "material, infomaterial, infomaterial senden, informationsmaterial, "
    "informationsmaterial senden, informationsmaterial zusenden",
    "request_opt_in": "request opt-in, opt-in, request opt in, opt-in anfordern, "
    "opt-in einholen, einwilligung einholen",
    "arrange_appointment": "arrange an appointment, arrange appointment, termin "
    "vereinbaren, terminwunsch",
    "description": "notes, note, remark, comment, notizen, notiz, bemerkung, "
    "bemerkungen, kommentar, anmerkung",
    "medium_id": "medium, channel, kanal",
    "campaign_id": "campaign, kampagne",
    "tag_ids": "tags, stichwörter, schlagwörter",
    "customer_segment": "customer segment, segment, kundensegment, kundengruppe",
    "annual_consumption_kwh": "annual consumption, annual consumption (kwh), "
    "consumption, jahresverbrauch, jahresverbrauch (kwh), jahresverbrauch in kwh, "
    "verbrauch",
    "contract_end_date": "contract end, end of contract, vertragsende, vertrag bis, "
    "laufzeitende",
    "malo_id": "malo-id, malo, marktlokation, marktlokations-id",
    "melo_id": "melo-id, melo, messlokation, messlokations-id, zählpunkt",
    "mastr_id": "mastr-id, mastr, mastr number, mastr-nummer, marktstammdatennummer",
    "planned_power_kwp": "planned power, planned power (kwp), geplante leistung, "
    "geplante leistung (kwp), anlagenleistung, leistung kwp",
    "planned_storage_kwh": "planned storage, planned storage (kwh), "
    "geplanter speicher, speicherkapazität, speichergröße",
}

BOOLEANS = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "x", "ja", "j", "wahr"), "1"),
    **dict.fromkeys(("0", "false", "f", "no", "n", "-", "nein", "falsch"), "0"),
}


def normalize(text):
    """Return a text for comparisons: case, blanks and doubled signs do not count."""
    return " ".join(str(text).replace("_", " ").strip().rstrip(":*").split()).casefold()


FIELD_BY_COLUMN = {
    normalize(column): field_name
    for field_name, columns in COLUMNS.items()
    for column in columns.split(", ")
}


def parse_date(value, date_format=None):
    """Return an ISO date, or None for what is no date."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    value = value.strip().removesuffix("00:00:00").strip()
    formats = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", date_format]
    for text_format in filter(None, formats):
        try:
            return datetime.strptime(value, text_format).date().isoformat()
        except ValueError:
            continue
    return None


def get_decimal_sign(values):
    """Return the decimal sign that the numbers of a column agree on, or None.

    Only numbers that can be read in one way tell: 12,5 and 1.234,5 do, 1.234 does not.
    """
    signs = {_read_number(value)[1] for value in values} - {None}
    return signs.pop() if len(signs) == 1 else None


def parse_number(value, decimal_sign="."):
    """Return a number with a decimal point, or None for what is no number.

    The last of two different signs is the decimal one. A single sign is that, too,
    unless three digits follow it and ``decimal_sign``, that of the column or of the
    reader, is the other. Brackets make a number negative, as accountants write it.
    """
    number, sign = _read_number(value)
    if number is None:
        return None
    signs = set(re.sub(r"[^.,]", "", number))
    decimal = sign or (decimal_sign if signs == {decimal_sign} else "")
    if decimal and number.count(decimal) > 1:
        # 1.234.567 has no decimals
        decimal = ""
    for other in signs - {decimal}:
        number = number.replace(other, "")
    return number.replace(decimal, ".") if decimal else number


def _read_number(value):
    """Return (digits and signs, decimal sign if there is no doubt); None, None."""
    number = re.sub(r"(?i)\s|[€$£']|\b(?:eur|usd|chf)\b|kwh?p?\b", "", str(value))
    if match := re.fullmatch(r"\((.+)\)", number):
        number = f"-{match[1]}"
    if not re.fullmatch(r"[+-]?\d[\d.,]*", number):
        return None, None
    signs = re.sub(r"[^.,]", "", number)
    if len(set(signs)) == 2:
        # 1.234,5 and not 1,2.3,4
        return (None, None) if signs.count(signs[-1]) > 1 else (number, signs[-1])
    is_ambiguous = re.fullmatch(r"[+-]?\d{1,3}(?:[.,]\d{3})+", number)
    if not signs or is_ambiguous:
        return number, None
    return (None, None) if len(signs) > 1 else (number, signs)


def parse_boolean(value):
    """Return "1" or "0", or None for what is neither yes nor no."""
    return BOOLEANS.get(normalize(value))


def split_values(value):
    """Return the values of a cell that holds several."""
    return [part.strip() for part in re.split(r"[,;|\n]", value) if part.strip()]
