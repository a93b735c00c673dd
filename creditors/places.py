"""Where contact may be authorized: states, the District, territories, and cities that license on their own."""

import us

NEW_YORK_CITY = "NY-NYC"

PLACES = {state.abbr: state.name for state in (*us.states.STATES, us.states.DC, *us.states.TERRITORIES)} | {
    NEW_YORK_CITY: "New York City"
}
