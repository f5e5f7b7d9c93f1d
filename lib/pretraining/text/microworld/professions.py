"""What each profession does, to what, with what and where: the source of the probes of meaning.

A row: profession; workplace; past tense; present tense; tool; what the verb goes with.
No object stands in two rows, so that "The doctor prescribed" has one kind of right continuation.
"""

from __future__ import annotations

from dataclasses import dataclass

_ROWS = """
doctor; clinic; prescribed; prescribes; thermometer; medicine, pills, syrup, ointment, vitamins, drops, bandages
baker; bakery; baked; bakes; rolling pin; bread, rolls, cakes, biscuits, pies, buns, pastries
farmer; farm; harvested; harvests; scythe; wheat, barley, corn, oats, potatoes, turnips, cabbages
fisher; harbour; caught; catches; net; trout, salmon, herring, eels, mackerel, crabs, sardines
teacher; school; taught; teaches; blackboard; spelling, grammar, arithmetic, geometry, history, geography, reading
smith; forge; hammered; hammers; anvil; horseshoes, nails, hinges, blades, spears, anchors, chains
tailor; tailor shop; sewed; sews; needle; coats, shirts, gloves, trousers, dresses, waistcoats, curtains
carpenter; workshop; sawed; saws; plane; planks, beams, shelves, cupboards, benches, stools, rafters
painter; studio; painted; paints; brush; portraits, landscapes, murals, signboards, ceilings, sunsets, icons
gardener; garden; watered; waters; watering can; roses, tulips, lilies, ferns, daisies, hedges, seedlings
shepherd; pasture; guarded; guards; crook; sheep, lambs, goats, ewes, rams, flocks, kids
judge; courthouse; judged; judges; gavel; thieves, smugglers, forgers, quarrels, lawsuits, appeals, disputes
clockmaker; clock shop; repaired; repairs; magnifier; clocks, watches, pendulums, chimes, sundials, barometers, springs
librarian; library; catalogued; catalogues; ladder; novels, atlases, manuscripts, diaries, dictionaries, poems, scrolls
cook; kitchen; cooked; cooks; ladle; soup, stew, porridge, dumplings, noodles, sauce, omelettes
miner; mine; dug up; digs up; pickaxe; coal, copper, tin, silver, iron, salt, zinc
potter; pottery; shaped; shapes; wheel; bowls, jars, vases, cups, jugs, plates, urns
beekeeper; apiary; collected; collects; smoker; honey, wax, pollen, honeycombs, swarms, beeswax, hives
astronomer; observatory; observed; observes; telescope; comets, planets, stars, eclipses, moons, meteors, galaxies
musician; concert hall; played; plays; music stand; waltzes, sonatas, marches, hymns, ballads, duets, symphonies
mason; quarry; laid; lays; trowel; bricks, tiles, cobbles, slabs, foundations, kerbs, flagstones
printer; printing house; printed; prints; press; newspapers, pamphlets, posters, leaflets, almanacs, calendars, maps
postman; post office; delivered; delivers; satchel; letters, parcels, postcards, telegrams, packages, envelopes, stamps
chemist; laboratory; distilled; distills; flask; acids, alcohol, perfume, oils, vinegar, solvents, spirits
"""


@dataclass(frozen=True)
class Profession:
    """A kind of work.

    Attributes:
        name: such as "doctor".
        workplace: such as "clinic".
        did: what someone of this profession did, such as "prescribed".
        does: the same in the present tense.
        tool: such as "thermometer".
        objects: what the verb goes with, such as "pills".
    """

    name: str
    workplace: str
    did: str
    does: str
    tool: str
    objects: tuple[str, ...]


def _read(row: str) -> Profession:
    name, workplace, did, does, tool, objects = row.split("; ")
    return Profession(name, workplace, did, does, tool, tuple(objects.split(", ")))


PROFESSIONS = tuple(_read(row) for row in _ROWS.strip().splitlines())
