with flights as (
    select * from {{ ref('int_flights_flagged') }}
),

airlines as (
    select * from {{ ref('stg_nycflights__airlines') }}
),

by_carrier as (
    select
        carrier_code,

        {{ delay_measures() }}
    from flights
    group by carrier_code
),

named as (
    select
        by_carrier.carrier_code,

        airlines.carrier_name,

        {{ delay_columns('by_carrier') }}
    from by_carrier
    left join airlines on by_carrier.carrier_code = airlines.carrier_code
)

select * from named
