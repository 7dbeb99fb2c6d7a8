"""What each method does, in a sentence, and where it comes from."""

METHODS = {
    "Clone-censor-weighting": (
        "Clone-censor-weighting: everybody enters once per strategy at time zero, leaves on departing from "
        "it, and weights make up for who left; intervals from redrawing whole people. Hernán 2018, "
        "10.1136/bmj.k182; Maringe et al. 2020, 10.1093/ije/dyaa057."
    ),
    "Landmark": (
        "Landmark: starts again on a day, with those who reached it without the outcome; exposed is who was "
        "exposed by then. It says nothing of what came before. Anderson, Cain & Gelber 1983, "
        "10.1200/JCO.1983.1.11.710."
    ),
    "Weighted survival": (
        "Weighted survival: risks over time in groups made alike by the chance of the exposure. Hernán & "
        "Robins, Causal Inference: What If, chapters 12 and 17."
    ),
    "Aalen-Johansen, competing risks": (
        "Aalen-Johansen: risks over time with death competing, exact ties, unadjusted."
    ),
    "Inverse probability weighting": (
        "Inverse probability weighting: means in groups made alike by the chance of the exposure. Hernán "
        "& Robins, Causal Inference: What If, chapter 12."
    ),
    "Gamma cost model": "Gamma cost model: cost per enrolled month with covariates, log link.",
}
SOURCES = (
    "Target-trial emulation: Hernán & Robins 2016, 10.1093/aje/kwv254. Immortal time: Hernán et al. 2016, "
    "10.1016/j.jclinepi.2016.04.014.",
    "E-value: VanderWeele & Ding 2017, 10.7326/M16-2607.",
    "Benchmarks for readmission: the trials CORE (risk ratio 0.76) and ENRICH (0.99), see the claims ledger.",
    "Small counts: CMS cell size suppression policy.",
)
