"""The words that German company names are made of, folded as company_names folds.

PLACES is a list made by hand of towns, regions and rivers that stand in such names; it
is not the official register of municipalities. Nothing may rest on its being complete:
a town that it lacks makes names a question to a person, never one company.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# what a written word stands for
ABBREVIATIONS = {
    "bgm": ["burgermeister"],
    "bhkw": ["blockheizkraftwerk"],
    "dt": ["deutsche"],
    "dtsch": ["deutsche"],
    "ee": ["erneuerbare", "energien"],
    "elt": ["elektro"],
    "galabau": ["garten", "landschaftsbau"],
    "gebr": ["gebruder"],
    "ing": ["ingenieur"],
    "intern": ["international"],
    "internat": ["international"],
    "intl": ["international"],
    "kfz": ["kraftfahrzeug"],
    "kh": ["krankenhaus"],
    "krhs": ["krankenhaus"],
    "pv": ["photovoltaik"],
    "fotovoltaik": ["photovoltaik"],
    "shk": ["sanitar", "heizung", "klima"],
    "st": ["sankt"],
    "stw": ["stadtwerke"],
    "sw": ["stadtwerke"],
    "tech": ["technik"],
    "tw": ["technische", "werke"],
    "wp": ["windpark"],
    "wbg": ["wohnungsbaugenossenschaft"],
    "zv": ["zweckverband"],
}

# words without which a name is the same
OPTIONAL = _words(
    """
    am an and auf bei cie co das dem den der des die dipl dr ehem fa firma fur
    gemeinnutzig gemeinnutzige im in
    inh inhaber med nachf of prof the u und vom von vorm zu zum zur
    """
)

# a word that may be missing, though it is looked at when words are joined
SILENT = frozenset({"eigenbetrieb", "ges.", "gesellschaft", "zweckverband"})

# whose body it is says no more than the body does: Stadt Ulm, Stadtwerke
OWNERS = _words(
    """
    gemeinde hansestadt kreisstadt landeshauptstadt markt marktes marktgemeinde stadt
    universitatsstadt
    """
)

# what public bodies are called by what they do: Stadtwerke, Abwasserbetrieb
PUBLIC_ENDINGS = (
    "betrieb",
    "betriebe",
    "entwasserung",
    "reinigung",
    "versorgung",
    "werk",
    "werke",
)

# words that many companies share: they do not make a name by themselves
GENERIC = _words(
    """
    abwasser agrar anlagen anlagenbau apotheke architekten architektur autohaus
    automation automobile autoservice backerei bau bauelemente baugesellschaft
    bauunternehmen bauunternehmung beratung bestattungen beteiligung beteiligungen
    beteiligungs betonwerk betrieb betriebe biogas biogasanlage blockheizkraftwerk
    brauerei burgerenergie burgerwindpark consulting dach dachdecker dachdeckerei
    dachtechnik deutsche deutschland dienste dienstleistung dienstleistungen
    druckerei elektrik elektro elektroanlagen elektrobau elektroinstallation
    elektronik elektroservice elektrotechnik energie energieberatung energiedienst
    energiedienstleistungen energiegenossenschaft energien energiesysteme
    energietechnik energieversorgung energiewerke energy entsorgung erneuerbare
    fahrzeugbau fensterbau fernwarme fertigung finanz fleischerei freizeit garten
    gartenbau gas gasthaus gastronomie gasversorgung gebaudereinigung gebaudetechnik
    gebruder gemeinde gemeindewerke genossenschaft gewerbe gewerbebau glas
    grosshandel group grundbesitz grundstucks gruppe gut handel handels
    handelsgesellschaft handwerk haus hausbau hausgerate haustechnik hausverwaltung
    heizung heizungsbau heizungstechnik hof holding holz holzbau hotel immobilien
    industrie industriebau industrieservice informatik ingenieur ingenieurburo
    ingenieure innovation installation international invest investment kaltetechnik
    klima klimatechnik klinik klinikum kommunal kraftfahrzeug kraftwerk kraftwerke
    krankenhaus kuchen kunststoff kunststofftechnik lager land landhandel
    landmaschinen landtechnik landwirtschaft lebensmittel licht logistik luft
    luftung maler malerbetrieb management markt maschinen maschinenbau medien metall
    metallbau metallverarbeitung metzgerei milchhof mobel mobelhaus molkerei montage
    muhle nachhaltig nachhaltige nahwarme natur netz netze netzgesellschaft nord
    objekt offentliche okostrom ost park partner pflege pharma photovoltaik planung
    planungs planungsburo praxis prazision privat produktion produktions projekt
    projekte projektentwicklung qualitat reederei regional regionalwerke reinigung
    rohrleitungsbau sagewerk sanierung sanitar sankt schlosserei schmiede
    schreinerei schule seniorenheim service services sicherheit software solar
    solaranlagen solarenergie solarpark solarservice solarstrom solartechnik
    sonnenenergie sparkasse spedition stadt stadtbau stadtische stadtwerk stadtwerke
    stahl stahlbau steuerberatung strom stromversorgung sud systeme systems technik
    technologie technologies tiefbau tischlerei trading transport transporte
    uberlandwerk umwelt umwelttechnik union unternehmen unternehmensgruppe verband
    verein verkehr verkehrsbetriebe verlag vermogensverwaltung verpackung
    verpackungen versorgung versorgungsbetriebe vertrieb vertriebs
    vertriebsgesellschaft verwaltung verwaltungs verwaltungsgesellschaft volksbank
    warme warmepumpen warmeversorgung wasser wasserversorgung wasserwerk werk werke
    werkzeugbau west wind windenergie windkraft windpark wirtschaft wohnbau wohnen
    wohnungsbau wohnungsbaugenossenschaft wohnungsbaugesellschaft
    wohnungsgenossenschaft wohnungsgesellschaft zeitarbeit zentrum zimmerei
    zweckverband
    """
)

SURNAMES = _words(
    """
    adam albrecht arnold bach bauer baumann baur becher beck becker bender berger
    bergmann bock bohm brandt braun busch decker dietrich dorn ebert engel ernst
    fischer frank franke friedrich fuchs funk geiger gross gunther haas haase hahn
    hartmann hase heinrich heinz hermann herrmann hess hofer hoffman hoffmann
    hofmann hohn horn huber hubner jager jahn jung kaiser keller kern klein koch
    kohl kohler konig kraft kramer kraus krause kroger kruger kruse kuhl kuhn kuhne
    kunz lang lange lehmann lenz lorenz ludwig maier martin mayer mayr meier merz
    meyer moller muller neumann otto peter peters petersen pfeifer pfeiffer pohl
    richter ritter roth rothe rother sauer schaefer schafer scherer schmid schmidt
    schmitt schmitz schneider schnell scholz schreiber schroder schroter schubert
    schulte schultz schulz schulze schumacher schuster schutz schwarz seidel seiler
    simon sommer stark stein steiner thomas ulrich vogel vogt voigt wagner walter
    walther weber wegner weigand weigel weise weiss wenzel werner wieland winkler
    winter witt wolf wolff wolter ziegler zimmer zimmermann
    """
)

PLACE_ENDINGS = tuple(
    _words(
        """
        ach berg berge bruch bruck brunn burg dorf eben feld felde fels furt furth
        hafen hagen hain hardt hausen heide heim horst ichen ingen itz kirch kirchen
        leben lingen mund munde ow reuth roda rode sheim stadt stedt stein tal thal
        ungen wald walde weiler werder wies worth
        """
    )
)

PLACES = _words(
    """
    aachen aalen ahaus ahlen ahrensburg albstadt alfeld allgau alsdorf altena
    altenberg altenburg altotting alzey amberg andernach anklam annaberg ansbach
    apolda arnsberg arnstadt aschaffenburg aschersleben attendorn aue augsburg
    aurich backnang bad baden balingen bamberg barmstedt barsinghausen basel bautzen
    bayern bayreuth bebra beckum bensheim berchtesgaden bergheim bergisch berlin
    berliner bern bernau bernburg biberach bielefeld bingen bitburg bitterfeld
    blankenburg boblingen bocholt bochum bodensee bonn borken borna bornheim bottrop
    brakel bramsche brandenburg brandenburger braunschweig bregenz breisgau bremen
    bremerhaven bretten brilon bruchsal bruhl brunsbuttel buchholz buhl bunde
    burgdorf butzbach buxtehude calw castrop celle cham chemnitz clausthal
    cloppenburg coburg coesfeld cottbus crailsheim cuxhaven dachau darmstadt datteln
    deggendorf delitzsch delmenhorst dessau detmold dieburg dillenburg dillingen
    dinslaken dobeln donau donaueschingen donauworth dorsten dortmund dreieich
    dresden duderstadt duisburg dulmen duren dusseldorf eberswalde eckernforde
    ehingen eichstatt eifel eilenburg einbeck eisenach eisenberg eisenhuttenstadt
    eisleben ellwangen elmshorn elsterwerda eltville emden emmendingen emmerich ems
    emsdetten enger ennepetal erding erfurt erkelenz erkrath erlangen erzgebirge
    eschborn eschwege eschweiler espelkamp essen esslingen ettlingen euskirchen
    eutin fellbach filderstadt finsterwalde flensburg forchheim forst frankenthal
    frankfurt frechen freiberg freiburg freilassing freising freital freudenstadt
    friedberg friedrichshafen friesoythe fulda furstenfeldbruck furstenwalde furth
    gaggenau garbsen garmisch geesthacht geislingen gelnhausen gelsenkirchen gera
    geretsried germering gersthofen gevelsberg giessen gifhorn gladbach glauchau
    goch goppingen gorlitz goslar gotha gottingen graz greifswald greiz greven
    grevenbroich grimma gronau guben gummersbach gunzburg gustrow gutersloh haan
    hagen halberstadt haldensleben halle haltern hamburg hameln hamm hanau hannover
    haren harz hassfurt hattingen heide heidelberg heidenheim heilbad heilbronn
    heiligenhaus helmstedt hemer hennef hennigsdorf heppenheim herborn herford herne
    herrenberg herten herzogenaurach herzogenrath hessen hettstedt hilden hildesheim
    hockenheim hof hofheim holstein holzminden homburg horb horstel hoxter
    hoyerswerda hude hunfeld hurth husum ibbenburen idstein ilmenau ingolstadt
    innsbruck iserlohn isny itzehoe jena julich kaarst kaiserslautern kamen kamenz
    kamp karben karlsruhe kassel kaufbeuren kehl kelheim kempen kempten kiel
    kirchheim kleve koblenz koln konigsbrunn konigswinter konstanz korbach
    kornwestheim kothen krefeld kreuztal kulmbach laatzen lahn lahr lampertheim
    landau landsberg landshut langen langenfeld langenhagen lauchhammer lauf lausitz
    lauterbach leer lehrte leimen leinefelde leipzig lemgo lengerich lennestadt
    leonberg leutkirch leverkusen lichtenfels limbach limburg lindau lindenberg
    lingen linz lippe lippstadt lobau lohmar lohne lohr lorrach lubbecke lubben
    lubeck luckenwalde ludenscheid ludinghausen ludwigsburg ludwigsfelde
    ludwigshafen luneburg lunen magdeburg main maintal mainz mannheim marburg
    markkleeberg marl marsberg maulbronn mayen mecklenburg meerbusch meiningen
    meissen melle memmingen menden meppen merseburg merzig meschede mettmann
    metzingen minden mittelfranken mittweida moers molln monchengladbach monheim
    mosbach mosel mossingen muhlacker muhldorf muhlhausen muhlheim mulheim munchen
    munden munster nagold nassau naumburg neckar neckarsulm nettetal neubrandenburg
    neuburg neumarkt neumunster neunkirchen neuruppin neuss neustadt neustrelitz
    neuwied nidda nidderau niebull niedersachsen nienburg norden nordenham
    norderstedt nordhausen nordhorn nordlingen nordsee northeim nurburg nurnberg
    nurtingen oberhausen oberursel oder oelde offenbach offenburg ohringen oldenburg
    olpe oranienburg oschatz osnabruck osterode ostfildern ostsee paderborn
    papenburg parchim pasewalk passau pegnitz peine pfaffenhofen pfalz pforzheim
    pfullingen pinneberg pirmasens pirna plattling plauen plettenberg potsdam
    prenzlau prien quedlinburg quickborn radeberg radebeul radevormwald radolfzell
    rastatt rastede rathenow ratingen ratzeburg ravensburg recklinghausen rees
    regensburg reichenbach reinbek remagen remscheid rendsburg reutlingen rhein
    rheinbach rheinberg rheine rheinfelden rheinland ribnitz riesa rinteln rodgau
    rosenheim rostock rotenburg rothenburg rottenburg rottweil rudolstadt rugen ruhr
    russelsheim saalburg saale saalfeld saar saarbrucken saarlouis sachsen salzburg
    salzgitter salzwedel sangerhausen sankt schleiz schleswig schmalkalden schmolln
    schongau schopfheim schorndorf schramberg schwabach schwabisch schwalmstadt
    schwandorf schwarzenberg schwarzwald schwedt schweinfurt schwelm schwerin
    schwerte schwetzingen seelze seesen selb seligenstadt senftenberg siegburg
    siegen sigmaringen sindelfingen singen sinsheim sinzig soest solingen soltau
    sommerda sondershausen sonneberg sonthofen speyer spremberg stade stadtallendorf
    starnberg stassfurt steinfurt stendal stolberg stralsund straubing stuhr
    stuttgart suhl sulzbach sundern syke taunus taunusstein telgte teltow templin
    tettnang thale thuringen torgau traunstein trier troisdorf tubingen tuttlingen
    uberlingen uelzen uetersen ulm unna vaihingen varel vechta velbert verden verl
    viernheim viersen villingen voerde vogtland volklingen vorpommern waiblingen
    waldkirch waldshut walsrode waltrop wandlitz wangen warburg waren warendorf
    warnemunde wedel weiden weilheim weimar weingarten weinheim weinstrasse
    weissenfels weisswasser werdau werl wermelskirchen werne wernigerode wertheim
    wesel weser wesseling westfalen wetzlar wiehl wien wiesbaden wiesloch
    wilhelmshaven willich winnenden winsen wismar witten wittenberg wittenberge
    wittlich wittmund wolfenbuttel wolfsburg worms wulfrath wunstorf wuppertal
    wurselen wurttemberg wurzburg wurzen xanten zeitz zerbst zittau zurich
    zweibrucken zwickau
    """
)
