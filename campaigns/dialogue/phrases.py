"""The wordings behind `understanding`: per intent, one alternative a line, matched at word boundaries on normalised
text.

Data, kept apart so that a wording can be added without reading code. `{reach}`, `{kin}`, `{died}` and `{lawyer}` stand
for the word lists below. Text is lower case, without accents, with contractions spelled out ("don't" is "do not").
"""
# ruff: noqa: E501  (a wording is one line)

import re
from enum import StrEnum


class Intent(StrEnum):
    """The readings that the agent tells apart; the first block binds us in every state of a call."""

    CRISIS = "crisis"
    WRONG_NUMBER = "wrong_number"
    STOP_CALLS = "stop_calls"
    STOP_ALL = "stop_all"
    ATTORNEY = "attorney"
    BANKRUPTCY = "bankruptcy"
    DECEASED = "deceased"
    NO_RECORDING = "no_recording"
    SPANISH = "spanish"
    NOT_AT_WORK = "not_at_work"
    AT_WORK = "at_work"
    BAD_TIME = "bad_time"
    DISPUTE_FRAUD = "dispute_fraud"
    DISPUTE_NOT_MINE = "dispute_not_mine"
    DISPUTE_PAID = "dispute_already_paid"
    DISPUTE_AMOUNT = "dispute_wrong_amount"
    DISPUTE_GOODS = "dispute_goods"
    PROOF = "request_validation"
    HUMAN = "request_human"

    IS_ROBOT = "ask_if_robot"
    ABUSE = "abusive"
    INJECTION = "injection"
    VOICEMAIL = "voicemail_greeting"
    LATER = "callback_later"
    GOODBYE = "goodbye"
    REPEAT = "repeat"
    THIRD_PARTY = "third_party"
    NOT_ME = "deny_identity"
    ITS_ME = "confirm_identity"
    WHO = "ask_who"
    BALANCE = "ask_balance"
    HARDSHIP = "hardship"
    LESS = "request_settlement"
    REFUSE = "refuse_to_pay"
    PAY_NOW = "pay_now"
    PART = "partial"
    PROMISE = "promise_to_pay"
    YES = "affirm"
    NO = "deny"


FRAGMENTS = {
    "reach": r"(?:call(?:s|ing|ed)?|contact(?:s|ing|ed)?|phon(?:e|es|ing)|dial(?:ing|ed)?|ring(?:ing)?|bother(?:ing)?"
    r"|harass(?:ing|ment)?|reach(?:ing)?|text(?:s|ing)?|e-?mail(?:s|ing)?|writ(?:e|ing)|communicat(?:e|ing|ion)s?"
    r"|messag(?:e|es|ing))",
    "kin": r"(?:wife|husband|mother|mom|father|dad|son|daughter|brother|sister|roommate|girlfriend|boyfriend|partner"
    r"|friend|caregiver|babysitter|secretary|receptionist|assistant|neighbor|uncle|aunt|cousin|grandma|grandpa"
    r"|grandson|nephew|niece)",
    "died": r"(?:passed(?: (?:away|on))?|died|dead|deceased|no longer (?:living|alive|with us)|killed|buried)",
    "lawyer": r"(?:lawyers?|attorneys?|counsel|law (?:firm|office)|solicitor"
    r"|legal (?:aid|department|representation|team|representative))",
}

PHRASES: dict[Intent, str] = {
    Intent.CRISIS: r"""
        kill(?:ing)? (?:my ?self)
        end (?:it all|my life|things for good)
        ending my life
        (?:suicid\w*|overdose)
        want to die
        better off dead
        might as well be dead
        (?:do not|no reason to|not worth) (?:want to )?(?:live|living|keep living)
        no point in living
        reason to keep living
        life is not worth
        life is over
        hurt my ?self
        take all my pills
        miss me if i (?:was|were) gone
        i have a gun and i do not care
    """,
    Intent.WRONG_NUMBER: r"""
        (?:wrong|bad|old) (?:phone )?number
        mis-?dialed
        dialed (?:the )?wrong
        have the wrong place
        (?:no ?body|no ?one|not? (?:any)?(?:body|one)|not any\w*) (?:here )?(?:by|with|called|named|of) (?:that|the|this)?
        (?:no ?body|no ?one) (?:named )?\w+(?: \w+)? (?:works|lives) here
        nobody here called
        no (?:such )?(?:person|one) (?:at|here)
        no \w+ (?:lives )?here\b(?! (?:right|at))
        (?:does|do) not live here
        is not at this number
        does not have this (?:phone )?number
        this is not (?:his|her|their|the) (?:phone )?number
        number belongs to some\w+ else
        reassigned
        (?:just|recently) got this (?:phone|number)
        got this (?:phone|number) (?:last|recently|a)
        my new number
        never heard of (?:that|this) person
        do not know (?:any|who that|that person|her|him)
        not had this number
        since i switched carriers
        i am not him .{0,20}owned
        owned for \w+ years
        different company
        that person is not here
    """,
    Intent.STOP_ALL: r"""
        (?:stop|quit|cease|end)\b (?:\w+ ){0,4}?(?:all )?(?:{reach} )?(?:contact\w*|communicat\w+|harass\w*|bother\w*|writing)
        (?:do not|never|not to|no longer) (?:ever |please )*(?:contact|bother|communicate with|harass|write)
        cease and desist
        leave (?:me|us) (?:the \w+ )?alone
        no more contact
        by any means
        (?:hear|hearing) from you (?:people |guys |again|any ?more|ever)
        not (?:want|wish) (?:you )?(?:to be contacted|to contact|contacting|calling or writing|(?:any )?(?:further )?(?:contact|communication))
        (?:asked|told|telling|asking) you (?:\w+ ){0,3}(?:not to|to stop|to quit) contact\w*
        (?:remove|delete|take) (?:me|my (?:name|info\w*|details|contact))\b (?:\w+ ){0,3}(?:from|off|out of) (?:your |the )?(?:database|system|records|files?|mailing)
    """,
    Intent.STOP_CALLS: r"""
        (?:take|get|remove|delete|drop|scratch|erase|pull) (?:me|us|my (?:phone )?(?:number|name)|this (?:phone )?number|our number) (?:\w+ ){0,2}?(?:off|from|out of)\b(?! (?:the )?recorded)
        (?:remove|delete|erase|scratch|lose|forget|drop) (?:my|this|our) (?:phone )?number
        (?:take|get|remove|scratch) me (?:off|from)\b(?! (?:the )?recorded)
        enough (?:with|of) (?:the|these|your) calls
        (?:knock|cut) it off
        (?:stop|quit|cease)\b (?:it |me |us |please |with |all |the |these |those |this |your |you |damn |to )*{reach}
        (?:do not|never|not to|not be) (?:ever |you |please |even |be )*(?:call|phone|dial|ring|text|{reach})(?: \w+){0,2}?(?: (?:again|any ?more|ever|here|back|this|me|us|my|or)\b|$)
        (?:do not|never) (?:ever )?call
        no more (?:phone )?calls?
        calls? (?:to|must|need to|have to|has to|should|got to|better) (?:stop|end)
        want it to (?:end|stop)
        (?:do|would|should|did) not (?:want|like|wish|need) (?:to (?:be|get|receive) |you |any |any more |these |more |your |for you to |anyone to )*(?:call\w*|phone calls?)
        lose (?:my|this) number
        do not call list
        opt (?:me )?out
        unsubscribe
        revok\w+ (?:my |any )?consent
        (?:withdraw|take back|cancel) (?:my )?(?:consent|permission)
        not (?:have|give you) (?:my )?(?:permission|consent) to call
        (?:asked|told|telling|asking|tell|ask) you (?:\w+ ){0,3}(?:not to|to (?:stop|quit)) (?:call|phone|ring|dial)\w*
        stop to call
        ^(?:please |just |i said |okay |ok |no )*stop(?: (?:it|now|please|already|that|this))*$
        press(?:ing|ed)? (?:nine|9)
        hang up and (?:do not|never)
        stop blowing up my phone
    """,
    Intent.ATTORNEY: r"""
        (?:my|our|an?|the|legal|his|her) (?:\w+ ){0,2}{lawyer}
        (?:got|have|hired|retained|with|through|over to|by) (?:an? |my |our |the )?{lawyer}
        (?:represented|{lawyer} (?:is|are|represents?|has|will|took|handles|of))
        in litigation
        represents me
        power of attorney handles
    """,
    Intent.BANKRUPTCY: r"""
        bankrupt(?:cy)?
        chapter (?:seven|eleven|thirteen|7|11|12|13|twelve)
        automatic stay
        insolven\w*
        (?:discharged?|discharge came) (?:it|that|this|through|in)
        got discharged
        my trustee
        filed for (?:protection|bankruptcy)
        protection from creditors
    """,
    Intent.DECEASED: r"""
        (?:he|she|they|who|person|holder|husband|wife|mother|father|mom|dad|brother|sister|son|daughter|grand\w+|man|woman|parent|spouse|partner) (?:\w+ ){0,5}?(?:is|has|was|were|have|been) (?:\w+ )?{died}
        ^(?!.*\b(?:phone|battery|line|car|computer)\b).*\bis deceased
        (?:he|she|mother|father|mom|dad|husband|wife|son|daughter|brother|sister|grand\w+|parent|person|man|woman|holder) (?:\w+ )?(?:is )?(?:{died})
        ^(?!.*\b(?:phone|battery|line|car|engine|computer|laptop|tablet|dog|cat|connection|signal|wifi|deal)\b).*\w+ died (?:last|this|in|on|of|from|a|about|over|years?|months?|weeks?|two|three|yesterday|recently|suddenly|earlier)
        death certificate
        we buried
        (?:executor|administrator)\b(?: of)?
        (?:his|her|the|an?) estate
        passed away
        been dead
        is gone (?:she|he) died
    """,
    Intent.NO_RECORDING: r"""
        being recorded because i do not
        (?:do not|stop|not|quit|refuse to be|not be|turn off|object to|no|never|without|end) (?:\w+ ){0,5}?(?:record(?:ed|ing)?|tap(?:e|ed|ing))
        recording stopped
        off the record(?:ed)?
        (?:can|may) not record
        two party consent
        are you recording .{0,30}(?:not want|not agree|not like)
    """,
    Intent.SPANISH: r"""
        (?:el|ella|no) esta
        trabajo|perdi|cuanto|debo|carta|mandar|alguien|adios|gracias|buenos|buenas|numero
        (?:espanol|hablo|habla|hablar|ingles|quien|llame|llama|mande|digame|deuda|tengo|dinero|cuenta|abogado|numero|equivocado|pagar|pague|puedo|quiero|esposo|esposa|fallecio|soy yo|entiendo|comprendo|por favor|ella|necesito|senor|senora|bueno)
        (?:speaks?|in) spanish
        spanish please
        no speak english
        do not speak english
    """,
    Intent.NOT_AT_WORK: r"""
        (?:employer|boss|supervisor|manager) (?:\w+ )?(?:does not allow|do not allow|will fire|gets mad|will not let)
        (?:at|my) (?:my )?(?:work|workplace|job|office)\b(?=.*)(?<=.)
    """,
    Intent.AT_WORK: r"""
        i am (?!not |never |out )(?:\w+ )?(?:at|in) (?:my |the )?(?:work|workplace|job|office|desk)(?! (?:until|till|tomorrow|next))
        i am (?!not |never |out )(?:\w+ )?(?:working|on (?:my|the) (?:job|shift|clock))(?! (?:on|with|out|from|for|to|two|three|part|full|less|again|until|till))
        (?:called|caught|reached|got|calling) me (?:\w+ )?at (?:my |the )?(?:work|job|office|desk)
    """,
    Intent.BAD_TIME: r"""
        use my e-?mail
        not text me
        contact me (?:\w+ )?by (?:e-?mail|mail)
        in writing only
        not call this phone(?! again| ever)
        (?:call|calling|calls|contact) (?:me |us )?(?:\w+ ){0,3}?(?:after|before|during|in the|on (?:the )?(?:weekend|sunday|saturday|monday)s?|while)
        (?:mornings?|afternoons?|evenings?|nights?|sundays?|weekends?) (?:\w+ )?(?:are|is|work) (?:\w+ )?(?:bad|not|better|best|inconvenient)
        (?:inconvenient|too early to (?:be )?call\w*|too late to call|at this hour)
        only weekends work
        never (?:daytime|in the)
        (?:work|on) (?:the )?night(?:s| shift)
        night shift
        (?:only|rather|prefer)\b.{0,30}\b(?:e-?mails?|mail|in writing|text)
        my other number
    """,
    Intent.DISPUTE_FRAUD: r"""
        identity (?:theft|fraud|\w+ stolen|got stolen|was stolen)
        stole(?:n)? my (?:identity|card|information)
        identity\b.{0,15}\bstolen
        fraud(?:ulent)?
        forged
        scammer
        hacked
        by a thief
        data breach
        police report
        (?:some\w+|ex|brother|employee|else) (?:\w+ )?(?:opened|used|stole) (?:\w+ ){0,3}(?:my|our|in my|card|account|name)
        (?:card|wallet|mail) (?:was |got )?stolen
        reported (?:\w+ ){0,3}stolen
        never applied for
        (?:did not|never) (?:authorize|make|open|take out) (?:\w+ )?(?:charges?|purchases?|account|card)
        not made by me
    """,
    Intent.DISPUTE_PAID: r"""
        gotten my payment
        payment already
        (?:already|i have|we have) (?:\w+ )?(?:paid|settled|sent|taken care)
        been (?:already )?(?:paid|settled|taken care)
        (?<!been )(?<!get )(?:this |it )?paid (?:this|that|it|in full|you|the|through|them|with)
        (?<!this )paid (?:it |this |that )?off
        paid already
        i paid
        was paid
        got paid when
        (?:zero balance|balance (?:should be|is) zero|cashed (?:my|the) check|check was (?:already )?cashed|cancelled check|receipt)
        i (?:sent|made|finished) (?:the |my |that |those )?(?:last )?payments?
        (?:took care of|wired) (?:that|it|this)
        (?:got|received) (?:my|our) payment
        shows? (?:it |that |as )?(?:paid|cleared)
        they took it out of
        insurance (?:paid|was supposed)
        medicare paid
        gave them the money
        agency before you
        that invoice as paid
    """,
    Intent.DISPUTE_GOODS: r"""
        never got (?:what|my|the (?:product|goods|order|service|item)|it|anything i)
        (?:shipped|delivered) (?:it )?to the wrong
        never (?:received|delivered|finished|fixed|provided|worked) (?:\w+ )?(?:the|what|my|it|anything|them|paid|work|roof)?
        (?:never|not) (?:provided|delivered|completed|rendered)
        defective
        (?:arrived|came) (?:broken|damaged)
        was damaged
        (?:i|we) (?:returned|cancelled|canceled|rejected|sent back|sent the \w+ back)
        after i cancell?ed
        wrong (?:item|product)
        work was (?:terrible|awful|bad)
        walked off the job
        quality claim
        warranty claim
        failed inspection
        order was incomplete
        half the order
        repair did not
        software never
        broke the first
        gym closed
        had mold
        did not do the work
        did not deliver
        the dentist did not
    """,
    Intent.DISPUTE_AMOUNT: r"""
        (?:wrong|not the right|incorrect|dispute the) (?:amount|balance|total|figure)
        (?:amount|balance|number|total|figure|interest(?: rate)?|late fee)\b (?:\w+ ){0,2}(?:wrong|incorrect|not right|off|too high|illegal|is off)
        balance is too
        not owe (?:you )?(?:that|this|so) much
        only owed?
        never that much
        not that much
        more than i owed?
        how did it (?:double|get)
        keeps going up
        (?:extra|added) fees
        fees (?:that )?i never
        too much interest
        billed (?:us|me) twice
        adding stuff
        credit memo
        (?:not appl(?:y|ied)|not showing|never credited)
        was (?:only|quoted)
        should be less
        (?:does|do) not match
        more than the invoice
        more than my credit
        told my balance was
        charges on there i never
        error on (?:that|the) balance
        paid some of (?:that|it|this)
        for less than that
        smaller amount
        statement said
    """,
    Intent.DISPUTE_NOT_MINE: r"""
        same name(?=.*(?:debt|account|person same|different person))
        was never an? (?:\w+ )?(?:customer|patient|member)
        police are investigating
        disput(?:e|es|ed|ing)\b(?! nothing)
        contest (?:this|the|that)
        i disagree
        the validity
        (?:not|never been|never was|is not|never) (?:my|our|mine) ?(?:debt|account|bill|loan|invoice|card|$)?\b(?! (?:job|problem|number|name|fault|house|phone))
        is(?: not|) (?:my|our) (?:ex|mother|father|son|brother|sister|wife|husband)\b.{0,25}\b(?:debt|account|card|bill|loan)
        (?:not|isn t) mine
        was my (?:ex|mother|father|son|brother|sister|wife|husband)\b.{0,25}\b(?:debt|account|card|bill|loan)
        that is my (?:ex|mother|father)
        (?:do not|never|did not) (?:\w+ )?owe[d]?\b(?! (?:that|so|this) much)(?! you people)
        owe (?:nothing|anybody)
        do not have any debts?
        never (?:had|signed|bought|took|opened|borrowed|ordered|did|done|got|was) (?:\w+ ){0,3}(?:account|business|up|anything|loan|customer|patient|card|any)
        not (?:recogni[sz]e|belong to)
        no idea what you
        never heard of (?:them|you|your|the|(?:that|this) (?:bank|company|creditor))
        do not know what this is for
        some\w+ else is account
        someone else's
        belongs to my
        (?:wrong account holder|authorized user)
        never lived at that
        do not do business
        not in my name
        been a mistake
        was not me
        what loan
        do not (?:think|believe) (?:i owe|that is my)
        never a patient
    """,
    Intent.PROOF: r"""
        (?:send|provide|give) .{0,30}original creditor
        (?:proof|prove(?! you are not)|validat\w+|verification|documentation|itemi[sz]\w+|evidence|paperwork|documents)
        verify (?:this|the|that) debt
        debt verified
        original contract
        (?:send|mail|fax|e-?mail|get|see|provide|give|copy of) (?:me |us |it |you |a |the |that |an |to |original |signed )*(?:in writing|letter|statement|details|contract|agreement|bill|copy|invoice|purchase order|something|supporting|documentation|fax)
        (?:in writing|on paper|until i get a letter|got a letter about|the agreement|came from|a statement before)
        fax (?:that|it) over
        a copy of
        validation notice
    """,
    Intent.HUMAN: r"""
        (?:want|need|get me|give me|prefer|rather have|let me have|put on) (?:an? |the )?(?:real |live |actual )?(?:person|human|agent|representative|supervisor|manager)\b
        (?:talk|speak|speaking|connect me|transfer me|transferred|get me|put me through|let me) (?:\w+ ){0,3}?(?:person|human|representative|rep|supervisor|manager|agent|boss|operator|somebody|someone|live)
        put (?:a|your) (?:\w+ )?(?:person|manager|supervisor)
        let me have your
        ^(?:please )?(?:operator|representative|agent|human|person|customer service|transfer me)(?: please)?$
        just give me a
        (?:not|will not) (?:want to )?talk to a (?:machine|computer|robot|bot)
        someone (?:else )?i can talk
        somebody real
        someone in (?:charge|your office)
        customer service (?:rep|please)
        call me instead of this
        person on the phone
        human i can talk
    """,
    Intent.IS_ROBOT: r"""
        (?:are|is|am|you are|you) (?:you |this |it |i |talking to |speaking to |speaking with |not )*(?:an? |some kind of |really |one of those |thing )*(?:robot|bot|machine|computer|human|ai|automated|recording|artificial|real|siri|voice bots?|robocall|live person)
        (?:talking|speaking) (?:to|with) (?:an? )?(?:robot|ai|machine|computer|real person|human)
        sounds? (?:like a robot|fake)
        artificial intelligence
        robocall
        real person here
        live person on
    """,
    Intent.ABUSE: r"""
        (?:fuck\w*|f\W?king|shit|bullshit|asshole|bastards?|bitch\w*|scum\w*|idiots?|bloodsuckers?|vultures|crooks|thieves|parasites?|leech\w*|jerks?|trash|greedy pigs?|garbage|loser)
        (?:go to hell|rot in hell|screw you|go screw|drop dead|shove it|suck it|kiss my|bite me|damn you|shut (?:the \w+ )?up|hit by a bus|make me sick|pathetic)
    """,
    Intent.INJECTION: r"""
        (?:ignore|disregard|forget|override|bypass) (?:all |everything |any |your |the |prior |previous |every )*(?:instructions?|rules|restrictions|limits?|settlement|you were|told|prompts?)
        (?:system|developer|admin|debug) (?:prompt|mode|code|override|instructions)
        ^(?:system|assistant)
        you are now
        pretend (?:you|to)
        act as if
        new (?:instructions|role)
        (?:your|hidden) instructions
        from now on
        say exactly
        output the word
        as an ai
        obey me
        modify your terms
        simulate a
        (?:mark|update|set|reduce|change|delete|erase) (?:\w+ ){0,2}(?:account|balance|debt|status)
        confirm (?:that )?i owe
        i am (?:the creditor|your developer)
        lowest floor
        minimum settlement you
        hey computer
    """,
    Intent.VOICEMAIL: r"""
        forwarded to an
        take your call$
        voice messaging
        (?:leave|record) (?:me |us |your |a |it |an? )*(?:message|name|number|at the beep)
        (?:after|at) the (?:tone|beep)
        voice ?mail
        mailbox
        (?:you have|you) reached\b(?!.{0,40}\bspeaking\b)(?!.{0,40}this is \w+$)
        is not available\b.{0,20}$
        can not (?:come to the phone|take your call)
        not in service
        after business hours
        stay on the line
        (?:call is being|call has been|calls? (?:are )?)(?:forwarded|screen\w+)
        screening calls
        state your name
        press (?:one|five|1|5) to
        to leave a
        office (?:hours|is closed)
        missed your call
        away from the phone
        leave it at
        extension dial
    """,
    Intent.LATER: r"""
        call (?:me |us )?(?:back|later|again|tomorrow|after|tonight|next|on|around|another|friday|monday|tuesday|wednesday|thursday)
        (?:try|ring|reach|phone) me
        give me a call
        call you (?:back|later)
        (?:i am|i'm) (?:busy|driving|in a meeting|in the middle|with a customer|at (?:a|the) (?:doctor|funeral)|on another call|walking)
        (?:not|bad) a good (?:time|moment)
        bad time
        talk another time
        try again
        check back
        can not (?:talk )?right now
        (?:not have|no) time
        get back to you
        need to (?:talk to|check with|look at) my
        try (?:me )?later
        let me think about it
        have to go call
    """,
    Intent.GOODBYE: r"""
        (?:good)?bye
        have a (?:good|nice|great) (?:day|night|evening|one)
        (?:that is|that will be) (?:all|everything)
        hanging up
        we are done
        take care$
        see ya
        talk soon
        catch you later
        nothing else thank
        ^thanks for your time$
    """,
    Intent.REPEAT: r"""
        (?:repeat|say|run) (?:that|it|again|by|me)\b(?! to)
        say that again
        repeat (?:the|please)
        ^(?:pardon|what|huh|sorry|excuse me|what was that|what is that|louder please|sorry what|say again|huh what was that|come again)\b(?: me| what| please)?$
        (?:not|did not) (?:hear|catch|understand) (?:you|that|it|the last)
        (?:speak|go) (?:up|slower)
        breaking up
        line is bad
        one more time
        what did you say
        can not (?:hear|understand) you
        repeat
    """,
    Intent.THIRD_PARTY: r"""
        (?:this is|i am|it is|speaking to) (?:just )?(?:his|her|their|the|a|an|mr|mrs) (?:\w+ )?{kin}
        (?:my|our) {kin} (?:is|takes|isn't|only)
        (?:a )?friend of (?:his|hers|theirs|him|her)
        i live with (?:him|her)
        i am (?:just )?the {kin}
        that is my {kin}
        he is my son
        (?:he|she|owner|person|bookkeeper|boss|controller|they|husband|wife|dad|mom|mother|father)\b (?:\w+ )?(?:is|are) (?:not |at |in |out\b|out of|away|sleeping|outside|deployed|busy|on vacation|resting|working)(?!over|debt|my account)
        stepped out
        (?:take|give (?:him|her|them)) (?:a |the )?message
        let me (?:get|see if|put) (?:him|her|he|she)
        get (?:him|her) for you
        have (?:him|her) (?:call|return)
        will be back
        handle (?:his|her) affairs
        regarding for my
        power of attorney for
        hold on (?:i will get|a minute)
        only works
    """,
    Intent.NOT_ME: r"""
        (?:this|that|it) is not (?:me|him|her|who i am|my name)
        (?:i am|am) not (?:him|her|that|the|who|john|maria|\w+ \w+$)
        not (?:me|him|her)\b(?! (?:again|any|now))
        not speaking with (?:him|her)
        i am not (?:the (?:person|one|account holder)|that (?:person|guy))
        wrong (?:person|fella|guy|man|woman)
        some(?:one|body) else$
        (?:i am|no i am) (?:afraid not|someone (?:else|different)|a different person)
        confused with
        my name is not
        different (?:person|robert|man)
        not who i am
        i am not \w+$
        mistaken
        go by something else
        no not speaking
        not go by that name
        ^no (?:my name is|this is|i am) \w+
        the tenant not
        name mine is
        share a last name
        not my name
    """,
    Intent.ITS_ME: r"""
        (?:in the flesh|guilty as charged|you found me)
        this is (?:the )?(?:\w+ )?owner
        ^(?:oh |yes |hi |hello |yeah )+this is \w+ from
        name on my license
        (?:this is (?:he|she|him|her|me)\b(?! (?:wife|husband|son|mother|daughter|roommate|sister|brother)))
        (?:it is|that is|that would be) me
        ^(?:yes |yeah |hello |hi )*(?:this is )?(?:\w+ )?speaking
        (?:speaking|talking) (?:with|to) (?:him|her|me|mr|mrs|ms)
        you got (?:him|her|me)
        i am (?:he|she|him|the account holder|the one)
        right person
        that is my name
        i am the (?:bookkeeper|owner|person responsible)
        accounts payable
        ^i am$
        ^(?:yes|yeah|yep|hello|hi|right)? ?(?:this is|i am|my name is|it is) (?!not\b|his\b|her\b|the\b|a\b|an\b|busy\b|driving\b|just\b|on\b|in\b|at\b|going\b|sorry\b|someone\b|broke\b|sick\b|retired\b|unemployed\b|disabled\b|homeless\b|behind\b|barely\b|living\b|represented\b|wrong\b|fraud|my\b|ridiculous\b|harassment\b|bullshit\b)[a-z]+(?: [a-z]+)?(?: speaking| go ahead)?$
    """,
    Intent.WHO: r"""
        how did you get (?:my|this) number
        how do i know (?:this|you)
        prove you are not
        company.?s address
        who (?:is|are|do|am|was)\b (?:this|calling|you|i|it)
        who's (?:this|calling)
        who is calling
        what (?:company|outfit|business|agency)
        what is (?:this|it|the call|this call) (?:call )?(?:about|regarding|concerning)
        what this is about
        where are you (?:calling )?from
        why (?:are|do) you (?:keep )?call\w*
        what do you (?:want|need)
        your (?:name|license number|company is address)
        (?:is this|are you) (?:a )?(?:scam|legit\w*|debt collector|with the bank|from a)
        identify yourself
        say who you are
        on whose behalf
        is this legitimate
        who gave you
        get your name
        name of your company
    """,
    Intent.BALANCE: r"""
        (?:which|what) (?:account|invoice|doctor|bill|debt|is this debt)
        (?:who|what) is the original creditor
        original creditor
        (?:how much|what) (?:is|are) (?:left|the|in|on|it)
        how much (?:it|interest|is)
        how old is
        (?:my|the) (?:account|invoice) number
        how many payments
        when was (?:this|that)
        credit (?:report|score)
        affect my credit|on my credit
        what (?:happens|will happen)
        what (?:is the )?(?:due date|date)
        (?:tell me|what) about (?:the|this|my) account
        charging me for
        what are my options
        how long do i have
        how did it get to
        is that with interest
        who did i owe
        how much (?:do|is|did|would|was) (?:i|it|the|this|we|my)
        what (?:is|do) (?:my|the|i) (?:\w+ )?(?:balance|owe|amount|total)
        how much\b.{0,20}\bowe
        (?:my|the) (?:current )?balance\b$
        what is (?:the|my) (?:payoff|total|balance|amount)
    """,
    Intent.HARDSHIP: r"""
        out of money
        garnished
        not make enough
        lost everything
        not have income
        need food
        (?:lost|lose) (?:my|his|her|our|a) (?:job|biggest)
        laid off
        unemploy\w+
        disability
        fixed income
        furloughed
        food stamps
        shelter
        homeless
        foreclos\w+
        minimum wage
        social security check
        living on
        broke\b(?! the)
        (?:can|could) not (?:afford|pay|even pay|make (?:that|rent|payroll|this))
        (?:do|does) not have (?:any |the |that |it|enough|two)\b(?:.{0,20}(?:money|nickels|kind))?
        no (?:money|cash|income|way i can pay)
        money is (?:really )?(?:tight|short)
        behind on
        barely
        medical bills
        cancer
        hospital
        divorce
        struggling
        drowning in
        hours (?:got |were )?cut
        cut my hours
        out of work
        things are tough
        nothing to give
        not (?:got|have) it
        not in the budget
        cash flow
        just do not have it
        business has been slow
        work is been
        single mom
        got hurt
        in chemo
    """,
    Intent.LESS: r"""
        (?:settle|settlement|discount|lower|reduce|reduced|less than|take less|knock|cents on the dollar|deal|offer|forgive|waive)
        percent
        (?:call|consider) (?:it|this|that) (?:settled|even|square|done|quits)
        (?:take|accept) (?:a )?(?:half|third|quarter|part)\b
        (?:payment plan|installments?|monthly|per month|a month|every month|plan)
    """,
    Intent.REFUSE: r"""
        (?:am|are|is|will) not (?:going to |gonna |be |ever )*pay(?:ing)?
        refuse to pay
        not (?:going to )?(?:get|see)(?:ting)? (?:a|any) (?:dime|money|penny)
        never (?:going to )?(?:pay|see any money)
        no intention
        do not intend
        sue me
        take me to court
        see you in court
        can not make me
        choose not to
        will not get paid
        forget (?:it|about getting)
        rather go to jail
        simply not paying
        not sending money
        not getting a dime
        credit bureau i do not care
    """,
    Intent.PAY_NOW: r"""
        (?:debit|charge) my
        get my wallet
        right this minute
        pay send it to my phone
        (?:pay|payment|pay it|settle up|take care of|clear)\b.{0,30}\b(?:now|today|tonight|right away|right this)
        (?:take|charge|use) (?:my|the) (?:card|debit|credit)
        my (?:debit )?card
        (?:send|text|e-?mail) (?:me )?(?:the|a|it) (?:payment )?(?:link|to me)
        how (?:do|can) i pay
        where (?:can|do) i (?:pay|send)
        pay (?:online|over the phone)
        ready to pay
        i (?:want|would like) to (?:pay|make a)
        credit cards
        take visa
        apple pay
        checkbook
        bank account
        mastercard
        get this paid
        fastest way
        website where
        let me pay
        wire instructions
    """,
    Intent.PART: r"""
        (?:pay|do|send|manage|put) (?:some|part|a little|a bit|something|what i can)
        (?:some|part) of (?:it|that|the)
        partial(?:ly)?
    """,
    Intent.PROMISE: r"""
        (?:i|we) (?:will|can|am going to|are going to) (?:be able to )?(?:pay|process|call in with)
        (?:we|i) (?:are|am) paying
        (?:payment|wire|check|it) (?:run )?(?:is|goes|will go) (?:queued|out|scheduled)
        queued up for
        (?:i|we) (?:can|could|will|am going to|would|might be able to) (?:\w+ )?(?:pay|send|do|make|mail|manage|put|afford|get you|drop|settle|take care|have)
        put me down
        pay (?:you|it|that|the|all)\b.{0,30}\b(?:on|by|next|friday|when)
        (?:how|what) about
        i get paid
        payday
        you will have
        count on
        promise
        expect the payment
        check run
        payment (?:in|is going)
        i have got
        i can do
    """,
    Intent.YES: r"""
        ^(?:\w+ )?(?:yes|yeah|yep|yup|sure|okay|ok|alright|correct|right|absolutely|of course|definitely|agreed|perfect|deal|fine|mm hmm|uh huh|yessir|mhm|si)\b(?! (?:but|no|number|person))
        (?:that|this|it) (?:is|works|sounds|should be) (?:right|correct|fine|good|okay|ok|for me|doable|alright)
        that works
        sounds (?:good|alright)
        go (?:ahead|for it)
        i (?:accept|agree|guess so|can do that|can manage that|understand)
        let us do
        let's (?:do|go)
        you bet
        right on
        we can do that
        i will take that
        okay with that
        put me down$
    """,
    Intent.NO: r"""
        not going to happen
        ^(?:uh |well |oh )?(?:no|nope|nah|negative|uh uh|nuh uh)\b(?! problem| more| one| ?body)
        (?:not really|i do not think so|does not work|can not do that|do not agree|not correct|not right$|rather not|absolutely not|do not accept|not going to work|do not want to do|not comfortable|will pass|can not make that work|not interested|out of my range|not right now|not today|not gonna happen|can not swing)
    """,
}


def compile_phrases() -> dict[Intent, re.Pattern[str]]:
    """One pattern per intent: any of its lines, between word boundaries."""
    compiled = {}
    for intent, text in PHRASES.items():
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        for name, words in FRAGMENTS.items():
            lines = [line.replace(f"{{{name}}}", words) for line in lines]
        compiled[intent] = re.compile("|".join(rf"\b(?:{line})\b" if line[0] != "^" else line for line in lines))
    return compiled
