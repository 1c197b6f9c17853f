//! The columns that an import knows, their bounds, and the names that files give them.
//!
//! Names are compared squashed: folded, letters and digits only, so that "N° de badge",
//! `n_de_badge` and "N DE BADGE" are one.

use crate::registrations::folding::fold;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A column of a registration, in the order in which files and forms name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    ExternalId,
    Category,
    FirstName,
    LastName,
    Email,
    Company,
    JobTitle,
    Phone,
    Street,
    Postcode,
    City,
    Country,
    Language,
    BadgeCode,
}

impl Column {
    pub const ALL: [Self; 14] = [
        Self::ExternalId,
        Self::Category,
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::Company,
        Self::JobTitle,
        Self::Phone,
        Self::Street,
        Self::Postcode,
        Self::City,
        Self::Country,
        Self::Language,
        Self::BadgeCode,
    ];

    /// Its name in files, JSON and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExternalId => "external_id",
            Self::Category => "category",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Email => "email",
            Self::Company => "company",
            Self::JobTitle => "job_title",
            Self::Phone => "phone",
            Self::Street => "street",
            Self::Postcode => "postcode",
            Self::City => "city",
            Self::Country => "country",
            Self::Language => "language",
            Self::BadgeCode => "badge_code",
        }
    }

    /// The longest value, in characters; for a badge code in bytes, the most a QR code can hold.
    pub fn limit(self) -> usize {
        match self {
            Self::FirstName | Self::LastName | Self::Company | Self::JobTitle | Self::ExternalId => 200,
            Self::Category | Self::City | Self::Country => 100,
            Self::Email => 254,
            Self::Phone => 64,
            Self::Street => 500,
            Self::Postcode => 32,
            Self::Language => 35,
            Self::BadgeCode => super::MAX_CELL_BYTES,
        }
    }
}

/// What a whole name to split into two is called where columns are named.
pub const FULL_NAME: &str = "full_name";

/// What a column of the file becomes: a column of ours, or a whole name to split into two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Column(Column),
    FullName(NameOrder),
}

/// Which part of a whole name comes first, where the spelling does not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameOrder {
    FirstLast,
    LastFirst,
}

impl Target {
    /// Its name in a mapping and in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Column(column) => column.name(),
            Self::FullName(_) => FULL_NAME,
        }
    }

    /// The target that a mapping names; exact, since a mapping is written by a program.
    pub fn named(name: &str) -> Option<Self> {
        if name == FULL_NAME {
            return Some(Self::FullName(NameOrder::FirstLast));
        }
        Column::ALL.into_iter().find(|column| column.name() == name).map(Self::Column)
    }
}

/// How a header was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    Sure(Target),
    /// "Nom" or "Name": the last name beside a first name, the whole name alone.
    NameOrLastName,
}

/// A header squashed for comparison: folded, letters and digits only.
pub fn squash(header: &str) -> String {
    let mut text = fold(header);
    text.retain(char::is_alphanumeric);
    text
}

/// What a header means. Tries it whole, then without what stands in brackets, then each side of a
/// bilingual "First name / Prénom", whose sides must agree.
pub fn recognise(header: &str) -> Option<Recognised> {
    if let Some(found) = look_up(&squash(header)) {
        return Some(found);
    }
    if let Some(open) = header.find(['(', '[']) {
        let rest = header[open..].find([')', ']']).map_or("", |close| &header[open + close + 1..]);
        if let Some(found) = look_up(&squash(&format!("{} {rest}", &header[..open]))) {
            return Some(found);
        }
    }
    let mut sides = header.split(['/', '|', '\n']).map(str::trim).filter(|side| !side.is_empty());
    let first = look_up(&squash(sides.next()?))?;
    let mut others = sides.peekable();
    others.peek()?;
    others.all(|side| look_up(&squash(side)) == Some(first)).then_some(first)
}

fn look_up(squashed: &str) -> Option<Recognised> {
    KNOWN.get(squashed).copied()
}

/// Every known header name, by its squashed form.
static KNOWN: LazyLock<HashMap<&'static str, Recognised>> = LazyLock::new(|| {
    let sure = NAMES
        .iter()
        .flat_map(|(target, names)| names.split_ascii_whitespace().map(|name| (name, Recognised::Sure(*target))));
    let vague = ["nom", "noms", "name", "names"].map(|name| (name, Recognised::NameOrLastName));
    sure.chain(vague).collect()
});

/// Squashed header names, English then French, with what common registration tools export. Names that
/// many rows may share (an order, a customer, a "badge" that is a kind of badge) are left out of the
/// reference and the badge code on purpose: by them, a whole list would become one person.
const NAMES: &[(Target, &str)] = &[
    (
        Target::Column(Column::ExternalId),
        "externalid externalreference externalref extid id uid reference ref referencenumber registrationid \
         registrationref registrationreference registrationnumber attendeeid attendeereference participantid \
         visitorid contactid personid ticketid ticketreference ticketnumber crmid identifiant identifiantexterne \
         idexterne referenceexterne referenceinscription refinscription idinscription numeroinscription \
         ndinscription numerodinscription idparticipant idcontact idvisiteur matricule",
    ),
    (
        Target::Column(Column::Category),
        "category categoryname attendeecategory attendeetype registrationtype registrationcategory tickettype \
         ticketcategory ticketname ticket badgetype badgecategory visitortype participanttype type profile \
         categorie categories categoriedebadge categoriebadge categoriedevisiteur categorieparticipant \
         typedebadge typebadge typedinscription typeinscription typedebillet typebillet typedevisiteur \
         typevisiteur typedeparticipant typeparticipant billet profil",
    ),
    (
        Target::Column(Column::FirstName),
        "firstname firstnames givenname givennames forename forenames fname first christianname attendeefirstname \
         contactfirstname prenom prenoms prenomduparticipant prenomparticipant prenomvisiteur prenomducontact \
         prenomcontact prenomdusage",
    ),
    (
        Target::Column(Column::LastName),
        "lastname lastnames surname surnames familyname lname last secondname attendeelastname contactlastname \
         nomdefamille nomdusage nomusuel nomparticipant nomduparticipant nomvisiteur nompatronymique patronyme \
         nomfamille",
    ),
    (
        Target::FullName(NameOrder::FirstLast),
        "fullname completename displayname contactname attendeename participantname visitorname personname \
         nameofattendee firstandlastname firstnamelastname firstnameandlastname nomcomplet prenomnom prenometnom \
         prenomsetnom nomaffiche nomducontact nomcontact participant attendee visiteur visitor",
    ),
    (
        Target::FullName(NameOrder::LastFirst),
        "nomprenom nometprenom nomprenoms nometprenoms lastnamefirstname lastnameandfirstname surnamefirstname \
         lastfirst",
    ),
    (
        Target::Column(Column::Email),
        "email emails emailaddress emailaddresses mail mailaddress emailid contactemail attendeeemail workemail \
         businessemail professionalemail primaryemail courriel mel adressemail adresseemail adressesmail \
         adressedemail adressedemessagerie adresseelectronique adressecourriel couriel courrielprofessionnel \
         emailprofessionnel mailprofessionnel emailpro mailpro courrierelectronique emaildirect",
    ),
    (
        Target::Column(Column::Company),
        "company companyname organisation organization organisationname organizationname employer business \
         businessname firm institution account accountname affiliation societe nomdelasociete nomsociete \
         entreprise nomdelentreprise nomentreprise raisonsociale employeur organisme etablissement structure \
         enseigne compagnie nomdelorganisation",
    ),
    (
        Target::Column(Column::JobTitle),
        "jobtitle job jobfunction jobrole title position function occupation profession fonction fonctions poste \
         posteoccupe intituledeposte intituleduposte intituleposte metier emploi qualite titrefonction \
         titreprofessionnel",
    ),
    (
        Target::Column(Column::Phone),
        "phone phones phonenumber telephonenumber tel telno phoneno mobile mobilephone mobilenumber mobileno cell \
         cellphone cellphonenumber workphone businessphone directphone landline contactnumber contactphone \
         telephone telephones numerodetelephone numerotelephone ndetelephone ntelephone ntel notel numtel \
         telephoneportable telephonemobile telephonefixe telephonedirect telephoneprofessionnel telportable \
         telmobile telfixe teldirect telpro telephonepro portable gsm numerodeportable numerodemobile \
         lignedirecte",
    ),
    (
        Target::Column(Column::Street),
        "street streetaddress streetname address addressline addressline1 address1 addressstreet postaladdress \
         mailingaddress rue adresse adresses adresse1 adresseligne1 adressepostale adressedelasociete \
         lignedadresse1 voie numeroetrue nometnumeroderue rueetnumero",
    ),
    (
        Target::Column(Column::Postcode),
        "postcode postalcode zip zipcode zippostalcode zippostcode pincode codepostal codespostaux cp codepost \
         npa cpostal codepostalsociete",
    ),
    (
        Target::Column(Column::City),
        "city town citytown towncity locality cityname ville villes commune localite bureaudistributeur",
    ),
    (
        Target::Column(Column::Country),
        "country countryname countrycode countryofresidence nation pays codepays nomdupays paysderesidence",
    ),
    (
        Target::Column(Column::Language),
        "language languagecode lang locale preferredlanguage correspondencelanguage langue langues codelangue \
         languepreferee languedecorrespondance languedecommunication languesouhaitee",
    ),
    (
        Target::Column(Column::BadgeCode),
        "badgecode badgeid badgenumber badgeno badgenr badgebarcode badgeqr badgeqrcode barcode qr qrcode \
         qrcodebadge scancode ticketcode ticketbarcode secret ticketsecret codebadge codedebadge codedubadge \
         numerodebadge numerodubadge numerobadge ndebadge nodebadge nbadge nobadge numbadge idbadge \
         identifiantbadge codebarre codebarres codeabarres codeqr",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Words;

    fn column(header: &str) -> Option<&'static str> {
        match recognise(header)? {
            Recognised::Sure(target) => Some(target.name()),
            Recognised::NameOrLastName => Some("name"),
        }
    }

    #[test]
    fn a_column_is_recognised_by_what_pages_call_it() {
        for words in Words::all() {
            for known in Column::ALL.into_iter().map(Column::name).chain([FULL_NAME]) {
                let called = words.coded("field", known);
                // "Nom" is the last name beside a first name.
                let expected = if called == "Nom" { "name" } else { known };
                assert_eq!(column(&called), Some(expected), "{called}, in {words:?}");
            }
        }
    }

    #[test]
    fn headers_are_recognised_in_english_and_french_whatever_their_case_accents_and_punctuation() {
        for (header, expected) in [
            ("external_id", "external_id"),
            ("Référence", "external_id"),
            ("CATÉGORIE", "category"),
            ("Type d'inscription", "category"),
            ("Prénom *", "first_name"),
            ("First Name", "first_name"),
            ("NOM", "name"),
            ("Nom de famille", "last_name"),
            ("Nom / Prénom", "full_name"),
            ("Nom complet", "full_name"),
            ("E-mail", "email"),
            ("Adresse e‑mail", "email"),
            ("Courriel (professionnel)", "email"),
            ("Société", "company"),
            ("Raison sociale", "company"),
            ("Fonction", "job_title"),
            ("Job title", "job_title"),
            ("Tél.", "phone"),
            ("N° de téléphone", "phone"),
            ("Code postal", "postcode"),
            ("C.P.", "postcode"),
            ("Ville", "city"),
            ("Pays", "country"),
            ("Langue", "language"),
            ("N° de badge", "badge_code"),
            ("№ badge", "badge_code"),
            ("First name / Prénom", "first_name"),
            ("Company\nSociété", "company"),
        ] {
            assert_eq!(column(header), Some(expected), "{header}");
        }
        for header in ["", "  ", "Civilité", "Commentaire", "Company / Ville", "12", "()", "(", "/", "Email 2"] {
            assert_eq!(column(header), None, "{header}");
        }
    }

    #[test]
    fn no_header_name_means_two_columns_and_each_can_be_met() {
        let mut seen = HashMap::new();
        for (target, names) in NAMES {
            for name in names.split_ascii_whitespace() {
                assert_eq!(squash(name), name);
                assert_eq!(seen.insert(name, *target), None, "{name} is listed twice");
            }
        }
        for column in Column::ALL {
            assert_eq!(look_up(&squash(column.name())), Some(Recognised::Sure(Target::Column(column))));
            assert_eq!(Target::named(column.name()), Some(Target::Column(column)));
            assert_eq!(serde_json::to_value(column).ok(), Some(column.name().into()));
        }
    }
}
