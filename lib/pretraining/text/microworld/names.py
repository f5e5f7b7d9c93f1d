"""Names: of people in stories, of people in the reference books, and the parts that towns and countries are made of."""

from .wordlist import words

# People in stories and examples are known by their first name only ...
WOMEN = words(
    """
    Anna Bella Clara Dora Ella Fiona Grace Hanna Iris Julia Katya Lena Mira Nora Olga Petra Rosa Sonia Tessa
    Vera Wanda Zoe
    """
)
MEN = words(
    """
    Adam Boris Carlo David Emil Felix Gustav Hugo Ivan Jonas Karl Leon Marco Nils Oscar Paul Rafael Simon Tomas
    Viktor Walter Yusuf
    """
)
FIRST_NAMES = tuple(sorted(WOMEN + MEN))

# ... and those in the reference books by a full name, whose first part no story uses.
KNOWN_FIRST_NAMES = words(
    """
    Ada Agatha Alba Amos Anselm Astrid Balthasar Beatrix Bruno Casper Cecilia Conrad Cosima Cyrus Delia Dimitri
    Edith Edmund Elias Esther Eugene Flora Frida Gideon Gerda Harald Hedwig Helena Ignaz Ingrid Isidor Jasper
    Johanna Konrad Laurits Leopold Lucinda Magnus Mathilda Nikola Octavia Orson Otto Pauline Philippa Quentin
    Regina Roland Rufus Sabina Silas Stella Theodor Ursula Valentin Wilhelm Xenia Yvonne Zacharias
    """
)
LAST_NAMES = words(
    """
    Abbot Alder Ambrose Arkwright Ashdown Bauer Birch Blackwood Brandt Calder Carver Castellan Clay Cobbler
    Crane Dahl Delacroix Drake Eberhart Elmsworth Falk Fenwick Fisk Forster Garrick Goldsmith Graves Gruber
    Halloran Hartmann Hawthorne Holt Inglewood Jarvis Keller Kessler Lindqvist Lockhart Lorne Marsh Mercer
    Moreau Nightingale Novak Oakes Ostrander Pemberton Pike Quill Ravenscroft Reinholt Rowe Sandoval Schiller
    Sorrel Sterling Tarkin Thorne Underhill Valdez Vance Wainwright Weller Whitlock Winter Yarrow Zeller
    """
)

TOWN_STARTS = words(
    """
    Al Ash Bar Bel Bram Cal Cor Dal Dun East El Far Fen Gar Gren Hal Har Hol Kel Kin Lan Lin Mar Mel Mor Nor Oak
    Os Pel Pen Ral Ros Sal Sel Stan Tal Tor Ul Val Wes Win Yar
    """
)
TOWN_ENDS = words(
    """
    bridge bury by dale don field ford gate ham haven hurst ley mere mont mouth sted ton wick worth
    """
)
COUNTRY_STARTS = words(
    """
    Ald Bor Cast Dray Esk Fal Gal Hest Ill Jor Karn Lor Mord Nav Oster Pol Quor Ruth Syl Tarn Umb Vell Wex Zan
    """
)
COUNTRY_ENDS = words(
    """
    adia aria avia enia eria esia ia istan land mark ona onia ovia
    """
)
