"""Word lists that the templates draw from: a slot's name in a template is a key here."""

from .wordlist import phrases, words

MOODS = words(
    """
    angry brave calm careful cheerful clever curious eager famous friendly gentle happy honest humble kind lazy
    lonely modest nervous old patient polite proud quiet restless shy silent skilled sleepy stubborn tall
    thoughtful tired weary wise young
    """
)

_WORDS = {
    "adj": """ancient bright broad broken brown clean coarse cold colourful crooked crowded damp dark deep delicate
        dusty empty enormous faded fine flat fragile fresh golden graceful green grey handsome heavy hidden hollow huge
        large light little long lovely marvellous modern muddy narrow neat new odd ordinary painted pale peaceful plain
        pleasant polished precious pretty quaint rare red remarkable rough round rusty shabby sharp shiny simple slender
        slippery small smooth soft solid spare splendid square steep straight strange sturdy sunny sweet thick thin
        tidy tiny tough uneven unusual useful warm weathered white wide wooden yellow""",
    "thing": """bag barrel basket bell bicycle blanket book bottle box bracelet broom bucket button cage candle canvas
        carpet cart chair chest coin compass crate crown cushion drum fiddle flag flute gate hammer harp hat helmet
        jacket kettle key kite ladder lamp lantern mattress medal mirror necklace notebook oar painting pan parcel
        pillow pipe pocketknife pot purse puzzle quilt ribbon ring rope rug sack saddle sandal scarf shovel sled
        spoon statue suitcase sword table tent ticket toolbox torch towel tray trumpet trunk umbrella violin wagon
        wallet wheelbarrow whistle""",
    "place": """abbey arcade barn bathhouse boathouse bridge castle cathedral cellar cemetery chapel cottage courtyard
        crossroads dock fairground farmhouse ferry fort fountain graveyard guesthouse hall hillside hospital hotel inn
        island junction lighthouse lodge mansion market meadow mill monastery museum orchard palace park pier pond
        rectory riverbank ruin schoolyard shipyard square stable swamp tavern temple theatre tower tunnel
        valley village vineyard warehouse well windmill""",
    "animal": """badger bat beaver blackbird boar bull butterfly camel cat cow crow deer dog donkey dove duck eagle
        falcon fox frog goose hare hawk hedgehog heron horse jackdaw kingfisher lizard lynx magpie mole moth mouse mule
        nightingale otter owl ox parrot peacock pheasant pigeon pony rabbit raven robin rooster seal snail sparrow
        spider squirrel stag stork swallow swan toad tortoise turtle weasel wolf woodpecker wren""",
    "creature_did": """barked crept circled dozed drank fluttered grazed growled hid hopped jumped leapt limped nested
        nibbled paused perched ran rested scratched scurried slept slipped sniffed stared swam trotted waited
        wandered watched""",
    "plant": """acorn alder ash beech birch blackberry bluebell bramble buttercup cedar cherry chestnut clover cypress
        dandelion elder elm fir foxglove gorse hawthorn hazel heather holly ivy juniper larch laurel lavender lilac lime
        maple mint moss mulberry nettle oak olive orchid pear pine plum poplar poppy primrose reed rosemary rowan sage
        spruce sunflower thistle thyme violet walnut willow yew""",
    "food": """almonds apples apricots bacon beans beer beetroot berries broth butter carrots celery cheese chicken
        chocolate cider cinnamon cream cucumbers dates eggs figs garlic ginger grapes ham jam lemons lentils lettuce
        marmalade melons milk mushrooms mustard nuts onions oranges pancakes peaches peas pepper pickles plums
        pumpkins radishes raisins raspberries rice sausages spinach strawberries sugar tea toast tomatoes yoghurt""",
    "material": """amber bamboo brass bronze cardboard cement clay cork cotton felt flint glass granite ivory jade
        leather limestone linen marble oak paper pewter porcelain rubber sandstone silk slate steel stone straw timber
        velvet wicker wool""",
    "feeling": """afraid amused annoyed ashamed astonished bored confused content delighted disappointed embarrassed
        excited frightened grateful guilty homesick hopeful hungry impatient jealous joyful puzzled relieved sad
        satisfied surprised suspicious thirsty uneasy worried""",
    "adverb": """again alone awkwardly badly boldly carefully cautiously cheerfully clumsily eagerly easily faithfully
        gently gladly gracefully happily hastily honestly kindly lazily loudly merrily neatly nervously noisily often
        patiently politely proudly quickly quietly rarely sadly secretly seriously silently simply skilfully sleepily
        slowly softly solemnly steadily suddenly tenderly together wearily wisely""",
    "moved": """brought carried delivered dragged handed hauled lifted lowered pulled pushed returned rolled sent
        shipped shoved threw took tossed""",
    "handled": """borrowed bought cleaned collected counted damaged discovered dropped examined exchanged fetched found
        guarded hid inspected inherited kept lent lost measured mended noticed opened packed polished recognised
        rescued sketched sold stole touched traded unpacked weighed wrapped""",
    "event": """auction banquet birthday carnival ceremony competition concert contest dance election exhibition
        fair feast festival funeral holiday lecture meeting parade party performance picnic race rehearsal strike
        tournament trial voyage wedding""",
    "relative": """aunt brother cousin daughter father friend grandfather grandmother guest mother neighbour nephew
        niece partner sister son stranger tenant uncle visitor""",
    "bodypart": "ankle arm back cheek chin elbow eye finger foot forehead hand knee leg lip neck shoulder thumb wrist",
    "season": "spring summer autumn winter",
    "weekday": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "month": "January February March April May June July August September October November December",
    "number": """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
        eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety""",
    "colour": """black blue brown crimson green grey indigo orange pink purple scarlet silver turquoise violet white
        yellow""",
}
_PHRASES = {
    "when": """at dawn; at dusk; at midnight; at noon; before breakfast; before the storm; after lunch; after supper;
        all afternoon; all day; all morning; all night; every evening; in early spring; in late autumn; in the
        afternoon; in the evening; in the middle of the night; in the morning; last winter; long ago; on a cold morning;
        on a rainy day; on market day; on the first day of summer; one evening; that night; the next day; this week;
        until sunset; within an hour; yesterday""",
    "weather": """a bitter wind; a cold drizzle; a heavy shower; a light breeze; a long drought; a pale sun; a rainbow;
        a sudden gale; a thick fog; a thin frost; a thunderstorm; a warm breeze; black clouds; bright sunshine; deep
        snow; driving sleet; early snow; fresh hail; grey mist; low clouds; soft rain""",
    "trouble": """the axle broke; the bell cracked; the boat leaked; the candles went out; the chimney smoked; the dog
        ran away; the door jammed; the engine stopped; the fence fell down; the key was lost; the lamp went out; the
        lock rusted; the map was torn; the money ran out; the pipes froze; the road flooded; the roof leaked; the rope
        snapped; the shelves collapsed; the stove exploded; the tent tore; the wheel came off; the window shattered""",
    "remark": """and nobody argued; and everyone laughed; but few believed it; which pleased the whole street; as the
        custom demands; in spite of the cold; with great care; without a word; for the second time; as if nothing had
        happened; before anyone else was awake; to everybody's surprise; for very little money; in front of a small
        crowd; almost by accident; just as planned""",
    "subject": """bird migration; bread prices; river pollution; soil moisture; wind erosion; honey production; tidal
        currents; grain storage; glass making; rural schooling; folk music; street lighting; railway traffic; mountain
        weather; forest fires; coastal trade; water supply; sheep breeding; paper making; night vision; sleep
        patterns; wool quality; harbour noise; crop rotation; apple diseases; beetle populations; wooden bridges;
        clay tablets; childhood memory; handwriting; tax records; village dialects""",
    "method": """a controlled trial; a survey by post; a simple regression; a blind test; daily measurements; repeated
        sampling; a slow camera; chemical analysis; an archive of letters; careful weighing; direct observation; field
        notes; interviews; a scale model; random assignment; satellite images; a pair of thermometers; tree rings""",
    "quantity": """the average depth; the growth rate; the total weight; the error rate; the median age; the mean
        length; the daily yield; the reaction time; the water level; the walking speed; the failure rate; the
        temperature; the noise level; the response rate; the annual rainfall; the survival rate""",
    "unit": "centimetres; degrees; grams; hours; kilograms; kilometres; litres; metres; miles; minutes; percent; tons",
    "hobby": """baking at home; bird watching; board games; chess problems; choir singing; collecting stamps; country
        walks; cycling; dancing; fishing trips; growing vegetables; hiking; juggling; keeping bees; kite flying;
        knitting; model trains; mountain climbing; night photography; old radios; playing the flute; puppet
        theatre; restoring furniture; rowing; sailing; sewing; sketching; skating; stargazing; winter swimming""",
    "advice": """ask a neighbour; bring warm clothes; buy a good map; check the weather first; count your change; do not
        hurry; drink plenty of water; keep a diary; keep the receipt; leave early; measure twice; never lend it out;
        pack a sandwich; practise every day; read the instructions; start small; take a friend along; take notes; try
        it twice; wear gloves; write everything down""",
}

LEXICON: dict[str, tuple[str, ...]] = {
    **{slot: words(text) for slot, text in _WORDS.items()},
    **{slot: phrases(text) for slot, text in _PHRASES.items()},
}
