with flights as (
    select * from {{ ref('int_flights_flagged') }}
),

airports as (
    select * from {{ ref('stg_nycflights__airports') }}
),

by_route as (
    select
        origin_code,
        destination_code,

        min(distance_miles) as distance_miles,
        {{ delay_measures() }}
    from flights
    group by origin_code, destination_code
),

named as (
    select
        by_route.origin_code,
        by_route.destination_code,

        airports.airport_name as destination_name,

        by_route.distance_miles,
        {{ delay_columns('by_route') }}
    from by_route
    left join airports on by_route.destination_code = airports.airport_code
)

select * from named
