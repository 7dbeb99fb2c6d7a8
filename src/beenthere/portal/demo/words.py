"""What made-up participants and specialists say: plain, person-first, about a day's small steps."""

from typing import Final

from beenthere.consent.api import texts

GOALS: Final = (
    ("home", "I want my own place with a door I can lock."),
    ("home", "I want to stay in my apartment and keep it nice."),
    ("work", "I want to cook for a living again."),
    ("work", "I want to finish my GED before my daughter finishes school."),
    ("work", "I want a job where nobody asks about my past every day."),
    ("people", "I want to have dinner with my son once a week."),
    ("people", "I want two friends I can call at night."),
    ("people", "I want my mother to trust me with the spare key."),
    ("personal", "I want to sleep through the night."),
    ("personal", "I want to walk to the river and back every morning."),
    ("personal", "I want to see a dentist without shaking."),
    ("community", "I want to sing in the choir again."),
    ("community", "I want to help at the Saturday meal, not just eat there."),
    ("recovery", "I want to get to my first year, my own way."),
    ("recovery", "I want to know what to do when the bad evenings come."),
    ("recovery", "I want to go to one meeting where I can be quiet."),
)

DID: Final = {
    "one_to_one": (
        "We sat by the window and talked about the week. The evenings are the long part. We made a list of three people to call.",
        "We talked about what helped before. Music and walking came up first, so we walked while we talked.",
        "We looked at the week ahead and picked the one day that worries most. I shared how I got through mine.",
    ),
    "check_in": (
        "Short call. A good week. The plan for the weekend is the meal at the center.",
        "Quick hello on the way out. Sleep is better. We meet as planned.",
    ),
    "goal_work": (
        "We filled in the first page of the application together and stopped there on purpose. That was enough for today.",
        "We practiced the phone call to the landlord twice, then made it. They call back on Friday.",
        "We went through the papers and found the missing one. It goes out tomorrow.",
    ),
    "group": (
        "Open circle, the topic was asking for help. Everyone who wanted to speak did.",
        "We cooked together and talked about what a good evening looks like.",
    ),
    "going_along": (
        "I went along to the benefits office. We waited an hour and got the right form in the end.",
        "We took the bus to the clinic together. I waited outside as agreed.",
    ),
    "resources": (
        "We called three places about rooms and wrote down what each one asks for.",
        "We found the food pantry that is open on Thursdays and put it on the map on the phone.",
    ),
    "crisis": (
        "A hard morning. We breathed, called the sister, and stayed on the line together until she came.",
    ),
    "outreach": (
        "Met at the shelter breakfast. We had coffee and I left my card. No questions asked.",
    ),
    "planning": (
        "We wrote down the early signs and who to call. The list is in the wallet now.",
        "We went through the plan from spring. Two things no longer fit, so they came out.",
    ),
    "skills": (
        "We practiced saying no to an old friend, with some laughing.",
    ),
    "advocacy": (
        "We wrote the letter to the housing office in their own words. I only typed.",
    ),
    "celebration": (
        "Ninety days. We went for pancakes.",
    ),
}  # fmt: skip

RESPONSE: Final = (
    "“That was lighter than I thought.”",
    "Quiet at first, then a real smile at the end.",
    "“I can do the next part on my own.”",
    "Tired, and glad it is done.",
    "",
    "",
    "",
)

NEXT: Final = {
    "call": ("Call to hear how the appointment went", "Call before the weekend", "Ask if the form came"),
    "meet": ("Meet again, same place", "Bring the letter", "Walk to the river"),
    "do": ("Find the number of the dentist", "Print the bus times", "Ask about the choir"),
}

SAFE: Final = (
    "Say you are calling from the library. Don't leave a message.",
    "Text first, then call. Mornings are best.",
    "Ask whether it is a good time before you say who you are.",
    "Their brother may answer. Just ask for them; say nothing else.",
)

RELATIONS: Final = ("friend", "cousin", "neighbor", "sponsor", "partner", "parent", "old friend", "roommate")

# What a form under 42 CFR Part 2 says; the wording with its sources is in consent/texts/part2.toml.
TPO_RECIPIENTS: Final = texts()["tpo_recipients"].words
TPO_PURPOSE: Final = texts()["tpo_purpose"].words
REVOCATION: Final = texts()["revocation"].words
REDISCLOSURE: Final = texts()["redisclosure"].words
